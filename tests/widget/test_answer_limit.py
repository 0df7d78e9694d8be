"""How often a page is answered."""

from lg_notebook.widget.answer_limit import ALL, SAME, WINDOW, AnswerLimit


def limit_at(clock):
    return AnswerLimit(lambda: clock[0])


def test_the_same_question_again_and_again():
    clock = [0.0]
    limit = limit_at(clock)

    assert [limit.allows("a") for _ in range(SAME + 2)] == [True] * SAME + [False] * 2
    assert limit.allows("b")
    clock[0] = WINDOW
    assert limit.allows("a")


def test_questions_under_ever_new_names():
    limit = limit_at([0.0])

    assert sum(limit.allows(name) for name in range(10 * ALL)) == ALL
