"""Reading a run: one run, read again and again, each time in a view of its own."""

import pytest

from tests.browser.test_accessible import AXE, RUN

HITS = "() => CSS.highlights.get('lgn-hit')?.size ?? 0"


def press(view, name):
    view.area.get_by_role("button", name=name, exact=True).first.click()


def find(view, words=""):
    press(view, "Find and filter")
    box = view.area.get_by_role("searchbox")
    box.fill(words)
    return box


def nodes(view):
    """The nodes that messages are shown of, each once, in order."""
    heads = view.area.locator("article:visible > header .lgn-node").all_text_contents()
    return list(dict.fromkeys(heads))


def settled(view, condition, complaint):
    view.notebook.until(condition, complaint)


def copy(reader, view, name):
    """Press a button that copies something, and wait until it has."""
    before = reader.clipboard()
    press(view, name)
    settled(view, lambda: reader.clipboard() != before, "nothing was copied")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("node:optimist", ["optimist"]),
        ("tag:mood !tag:dark", ["optimist"]),
        ("agent:scout", ["model"]),
        ("kind:reasoning", ["model"]),
    ],
)
def test_filters_in_the_words_of_the_magic(reader, words, left):
    view = reader.view()
    before = nodes(view)
    find(view, words).press("Enter")
    settled(view, lambda: nodes(view) == left, f"{words} left {nodes(view)}")
    press(view, "Show all")
    settled(view, lambda: nodes(view) == before, "not all came back")


def test_finds_words_marks_them_and_keeps_only_them(reader):
    view = reader.view()
    box = find(view, "rain")
    view.area.get_by_text("7 hits").wait_for()
    assert reader.page.evaluate(HITS) == 7
    press(view, "Hits only")
    human = view.area.locator('article[data-role="human"]')
    settled(view, lambda: not human.is_visible(), "a message without a hit stayed")
    assert {"optimist", "pessimist", "close"} <= set(nodes(view))
    box.press("Escape")
    settled(view, human.is_visible, "it did not come back")


def test_the_answer_alone(reader):
    view = reader.view()
    find(view)
    press(view, "Answer only")
    settled(view, lambda: nodes(view) == ["close"], f"left were {nodes(view)}")


def test_what_is_copied_as_code_prints_what_is_shown(reader):
    view = reader.view()
    find(view, "node:pessimist").press("Enter")
    settled(view, lambda: nodes(view) == ["pessimist"], "the filter did nothing")
    view.area.get_by_role("search").get_by_role("button", name="Code").click()
    settled(view, lambda: "stream_mode" in reader.clipboard(), "no code was copied")
    assert reader.run_pasted().strip() == "Only rain, and more rain."


def test_keys(reader):
    view = reader.view()
    page = reader.page
    first = view.area.locator("article .lgn-select").first
    first.focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    assert keys.locator("kbd").all_text_contents()[:2] == ["j", "k"]
    page.keyboard.press("Escape")
    keys.wait_for(state="detached")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert view.sidebar()["node"] == "optimist"
    page.keyboard.press("ArrowRight")
    view.area.locator("aside mark").get_by_text("The ").wait_for()
    page.keyboard.press("ArrowRight")
    view.area.locator("aside mark").get_by_text("sun ").wait_for()
    page.keyboard.press("ArrowLeft")
    view.area.locator("aside mark").get_by_text("The ").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert view.sidebar()["node"] == "pessimist"
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    assert view.sidebar()["node"] == "optimist"
    page.keyboard.press("Escape")
    view.area.locator("aside").get_by_text("Node executions").wait_for()
    page.keyboard.press("r")
    view.area.get_by_role("button", name="Raw", pressed=True).wait_for()
    page.keyboard.press("r")
    page.keyboard.press("g")
    view.area.get_by_role("region", name="Graph", exact=True).wait_for()
    page.keyboard.press("g")
    view.area.get_by_role("region", name="Graph", exact=True).wait_for(state="hidden")
    page.keyboard.press("[")
    view.area.locator("aside").wait_for(state="hidden")
    page.keyboard.press("[")
    view.area.locator("aside").wait_for()
    page.keyboard.press("/")
    view.area.get_by_role("searchbox").wait_for()


def test_the_details_tell_of_whatever_is_chosen(reader):
    view = reader.view()
    aside = view.area.locator("aside")
    aside.get_by_text("Node executions").wait_for()

    view.select(1)
    told = view.sidebar()
    assert (told["node"], told["step"], told["model"]) == ("optimist", "1", "slow-talker")
    assert told["shift"] == "night"
    groups = aside.locator("section.lgn-group").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-label'))"
    )
    assert {"Where", "Model", "Timing", "Yours", "Tags", "Raw"} <= set(groups)
    aside.get_by_role("button", name="Copy Model").click()
    settled(view, lambda: reader.clipboard() == "slow-talker", "the model was not copied")

    aside.get_by_role("navigation").get_by_role("button", name="optimist").click()
    # Its state before and after, with the difference marked.
    aside.locator("ins").filter(has_text="The sun will shine").first.wait_for()

    view.area.locator(".lgn-call .lgn-call-args").first.click()
    aside.get_by_text("Tool call").first.wait_for()
    assert view.sidebar()["tool"] == "ask_scout"

    word = view.area.locator("article").nth(1).locator(".lgn-body p").first
    word.click(position={"x": 6, "y": 8})
    aside.locator("mark").get_by_text("The").wait_for()


def test_the_details_are_wide_narrow_or_away(reader):
    view = reader.view()
    aside = view.area.locator("aside")
    edge = view.area.get_by_role("separator", name="Width of the details")
    edge.wait_for()
    before = aside.bounding_box()["width"]
    edge.focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowLeft")
    settled(view, lambda: aside.bounding_box()["width"] > before, "it did not grow")
    press(view, "Details")
    aside.wait_for(state="hidden")
    # What the reader likes is remembered, for other views as well.
    other = reader.view()
    other.area.get_by_role("button", name="Details", pressed=False).wait_for()
    press(other, "Details")
    other.area.locator("aside").wait_for()
    reader.view().area.locator("aside").wait_for()


def test_right_to_left_text_pictures_and_custom_rows(reader):
    view = reader.view()
    hebrew = view.area.get_by_text("שלום").first
    assert hebrew.evaluate("element => getComputedStyle(element).direction") == "rtl"
    rows = view.area.locator(".lgn-event-line").all_text_contents()
    assert '{"city":"Lisbon"}' in rows

    assert view.area.locator("img").count() == 0
    view.area.get_by_role("button", name="Show image").click()
    picture = view.area.locator("article img")
    picture.wait_for()
    assert picture.evaluate("image => image.src.slice(0, 5)") in {"blob:", "data:"}


BROKEN = """
from lg_notebook import GraphWidget

def forgetful(state):
    return {"topic": state["weather"]}

broken = (
    StateGraph(Desk)
    .add_node("optimist", voice("All is well."))
    .add_node(forgetful)
    .add_edge(START, "optimist").add_edge("optimist", "forgetful")
    .compile(name="broken")
)
faulty = GraphWidget(broken)
try:
    faulty.run({"messages": [], "topic": "x"})
except KeyError:
    pass
faulty
""".strip()

TWICE = """
from lg_notebook import GraphWidget
twice = GraphWidget(newsroom)
display(twice)
display(twice)
live = twice.run({"messages": [("user", "The weather?")], "topic": "weather"})
""".strip()


def test_an_error_begins_with_ones_own_line(reader):
    view = reader.cell(BROKEN)
    view.area.locator('.lgn-status[data-status="error"]').first.wait_for()
    assert view.text() == "All is well."
    text = view.area.locator("section.lgn").first.text_content()
    own = text.index('return {"topic": state["weather"]}')
    assert own < text.index("Traceback")


def test_two_views_of_one_widget(reader):
    both = reader.cell(TWICE)
    views = both.area.locator("section.lgn")
    assert views.count() == 2
    one, other = views.nth(0), views.nth(1)
    for view in (one, other):
        view.locator('.lgn-status[data-status="done"]').first.wait_for()
        # Results are on their calls' cards, however fast they came.
        results = view.locator(".lgn-call .lgn-result")
        settled(both, lambda results=results: results.count() == 2, "a result was not drawn")
        assert view.locator('article[data-role="tool"]').count() == 0
    one.locator("article .lgn-select").nth(1).click()
    one.locator("aside dd").get_by_text("optimist", exact=True).first.wait_for()
    one.get_by_role("button", name="Find and filter", exact=True).click()
    one.get_by_role("searchbox").fill("node:optimist")
    one.get_by_role("searchbox").press("Enter")
    settled(both, lambda: one.locator("article:visible").count() == 1, "the filter did nothing")
    assert other.locator("article:visible").count() > 4
    assert other.locator("aside").get_by_text("Node executions").is_visible()


def test_two_views_have_each_their_own_choice_and_filters(reader):
    one, other = reader.view(), reader.view()
    one.select(1)
    find(one, "node:optimist").press("Enter")
    settled(one, lambda: nodes(one) == ["optimist"], "the filter did nothing")
    assert one.sidebar()["node"] == "optimist"
    assert "pessimist" in nodes(other)
    assert "node executions" in other.sidebar()


SAVED = """
import lg_notebook
from langgraph.checkpoint.memory import InMemorySaver

graph = (
    StateGraph(MessagesState).add_node("write", voice("A first draft."))
    .add_node("review", voice("It is fine.")).add_edge(START, "write").add_edge("write", "review")
    .compile(checkpointer=InMemorySaver())
)
thread = {"configurable": {"thread_id": "draft-7"}}
written = lg_notebook.watch(graph, {"messages": "Write."}, thread, stream_mode="checkpoints")
""".strip()


def test_checkpoints_and_the_code_that_goes_on_from_one(reader):
    view = reader.cell(SAVED)
    try:
        view.wait_for_status("done")
        listed = view.area.get_by_role("region", name="Checkpoints").get_by_role("button")
        reader.notebook.until(listed.count, "no checkpoint was listed")
        told = [
            " ".join(row.all_inner_texts()) for row in listed.locator(".lgn-timeline-name").all()
        ]
        assert told == ["→ __start__", "→ write", "→ review", "→ end"]
        for theme in ("Light", "Dark"):
            reader.notebook.theme(f"JupyterLab {theme}")
            listed.nth(2).focus()
            reader.notebook.picture(f"checkpoints-{theme.lower()}", view.area)
        listed.nth(2).press("Enter")
        facts = view.sidebar()
        assert (facts["step"], facts["source"], facts["thread"]) == ("1", "loop", "draft-7")
        view.area.get_by_role("region", name="State").get_by_text("messages").click()
        reader.notebook.picture("checkpoint-dark", view.area)
        reader.notebook.theme("JupyterLab Light")
        reader.notebook.picture("checkpoint-light", view.area)

        copy(reader, view, "Continue from it: copy the code")
        said = reader.run_pasted()
        assert "It is fine." in said
        assert "A first draft." not in said
        copy(reader, view, "Get its state: copy the code")
        assert "A first draft." in reader.run_pasted()
    finally:
        reader.notebook.theme("JupyterLab Light")
        reader.cell("graph = newsroom")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed in js/")
def test_everything_open_fits_and_is_accessible(reader):
    view = reader.view()
    page = reader.page
    press(view, "Graph")
    find(view, "rain")
    view.select(1)
    page.add_script_tag(path=AXE)
    run = RUN.replace(
        'document.querySelector(".lgn")', "[...document.querySelectorAll('.lgn')].at(-1)"
    )
    try:
        for width in (1400, 420, 320):
            page.set_viewport_size({"width": width, "height": 1100})
            for theme in ("Light", "Dark"):
                reader.notebook.theme(f"JupyterLab {theme}")
                reader.notebook.settle()
                assert page.evaluate(run) == [], f"{theme}, {width} pixels"
            inner = view.area.locator(".lgn").first
            over = inner.evaluate("view => view.scrollWidth - view.clientWidth")
            assert over <= 1, f"{over} pixels too wide at {width}"
            if width < 500:
                main = inner.locator(".lgn-scroller").bounding_box()
                assert inner.locator("aside").bounding_box()["y"] >= main["y"] + main["height"] - 1
            reader.notebook.picture(f"reading-{width}", inner)
    finally:
        page.set_viewport_size({"width": 1400, "height": 1100})
        reader.notebook.theme("JupyterLab Light")
