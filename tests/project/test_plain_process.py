"""A server or a script needs nothing of Jupyter to stream a graph and keep its run."""

import subprocess
import sys
import textwrap

from tests.kernels import ROOT

JUPYTER = {"IPython", "anywidget", "comm", "ipykernel", "ipywidgets", "traitlets"}


def test_streaming_and_runs_load_nothing_of_jupyter(tmp_path):
    script = textwrap.dedent(
        f"""
        import asyncio
        import sys
        from lg_notebook import Run, astream, stream
        from tests.graphs.zoo import TOPIC, ajoke, failing, joke

        async def events():
            return [event async for event in astream(ajoke(), TOPIC)]

        run = Run.from_events(stream(joke(), TOPIC))
        run.save({str(tmp_path / "run.jsonl")!r})
        assert Run.load({str(tmp_path / "run.jsonl")!r}).text() == run.text()
        assert Run.from_events(asyncio.run(events())).text() == run.text()
        try:
            list(stream(failing(), TOPIC))
        except ValueError:
            pass
        run.to_markdown(), run.to_messages(), run.to_trace(), run._repr_mimebundle_()
        print(sorted({JUPYTER!r} & {{name.partition(".")[0] for name in sys.modules}}))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
