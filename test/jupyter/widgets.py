"""Widgets over the wire, checked against ipywidgets' own classes, and what nbclient keeps of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import ipywidgets
import nbclient
import nbformat
from batch import notebook
from client import KERNEL, PATIENCE, KernelCase, Outcome
from ipywidgets.widgets.widget import _registry as ipywidgets_classes
from jupyter_client.kernelspec import get_kernel_spec

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
EVERY_WIDGET = """const every = [
  slider(1, 10, { label: "n", layout: { width: "60%" } }), slider(0, 1),
  dropdown(["a", "b"]), checkbox(true), text("a", { placeholder: "b" }), text("", { lines: 3 }),
  button("go", () => {}, { look: "danger", icon: "play", tooltip: "now" }),
];
vbox([hbox(every), every[0]!])"""
SLIDER = "const n = slider(1, 10); n.onChange((v) => console.log('now', v)); n"


def view(outcome: Outcome) -> str:
    return outcome.result[VIEW]["model_id"]


class Wire(KernelCase):
    def say(self, model: str, **data: Any) -> list[dict[str, Any]]:
        """A message to a model, as JupyterLab sends it; gives what came between busy and idle."""
        request = self.kernel.request("comm_msg", {"comm_id": model, "data": data})
        deadline = time.monotonic() + PATIENCE
        while request not in self.kernel._idle:
            self.assertTrue(self.kernel.pump(deadline - time.monotonic()), "no idle")
        return self.kernel._messages[request]

    def change(self, model: str, **state: Any) -> list[dict[str, Any]]:
        return self.say(model, method="update", state=state, buffer_paths=[])

    def test_the_classes_are_those_of_ipywidgets_and_take_our_state(self) -> None:
        opened = self.kernel.ok(EVERY_WIDGET).contents("comm_open")
        self.assertEqual({content["target_name"] for content in opened}, {"jupyter.widget"})
        made: dict[str, ipywidgets.Widget] = {}
        for content in opened:
            state = dict(content["data"]["state"])
            kind = ipywidgets_classes.get(
                state["_model_module"],
                state["_model_module_version"],
                state["_model_name"],
                state["_view_module"],
                state["_view_module_version"],
                state["_view_name"],
            )
            with self.subTest(kind.__name__):
                unknown = state.keys() - set(kind().keys)
                self.assertEqual(unknown, set())
                given = {key: value for key, value in state.items() if not key.startswith("_")}
                if "_options_labels" in state:
                    given["options"] = state["_options_labels"]
                for key in given.keys() & {"layout", "style"}:
                    given[key] = made[given[key].removeprefix("IPY_MODEL_")]
                if "children" in given:
                    names = [name.removeprefix("IPY_MODEL_") for name in given["children"]]
                    given["children"] = [made[name] for name in names]
                made[content["comm_id"]] = kind(**given)
        self.assertEqual(len(made), 7 * 3 + 2 * 2)

    def test_values_come_from_the_front_end(self) -> None:
        model = view(self.kernel.ok(SLIDER))
        echo = [m["content"]["data"] for m in self.change(model, value=7) if m["msg_type"] == "comm_msg"]
        self.assertEqual(echo, [{"method": "echo_update", "state": {"value": 7}, "buffer_paths": []}])
        self.assertEqual(self.kernel.ok("n.value").text, "7")

    def test_values_go_to_the_front_end(self) -> None:
        model = view(self.kernel.ok(SLIDER))
        sent = self.kernel.ok("n.value = 4").contents("comm_msg")
        update = {"method": "update", "state": {"value": 4}, "buffer_paths": []}
        self.assertEqual(sent, [{"comm_id": model, "data": update}])

    def test_what_handlers_print_belongs_to_their_cell(self) -> None:
        made = self.kernel.ok(SLIDER)
        cell = made.reply["parent_header"]["msg_id"]
        self.kernel.ok("'another cell'")
        self.change(view(made), value=3)
        self.kernel.wait_for_output(cell, "now 3")

    def test_a_handler_that_fails_tells_its_cell_and_harms_nothing(self) -> None:
        made = self.kernel.ok("const b = button('go', () => { throw new Error('oh'); }); b")
        cell = made.reply["parent_header"]["msg_id"]
        self.say(view(made), method="custom", content={"event": "click"})
        self.kernel.ok("0")
        self.assertIn("oh", Outcome({}, self.kernel._messages[cell]).stderr)

    def test_a_handler_that_does_not_end_can_be_interrupted(self) -> None:
        handler = "() => { console.log('begun'); for (;;); }"
        made = self.kernel.ok(f"const c = checkbox(); c.onChange({handler}); c")
        state = {"method": "update", "state": {"value": True}, "buffer_paths": []}
        self.kernel.request("comm_msg", {"comm_id": view(made), "data": state})
        self.kernel.wait_for_output(made.reply["parent_header"]["msg_id"], "begun")
        self.kernel.interrupt()
        self.assertEqual(self.kernel.ok("c.value").text, "true")

    def test_a_new_front_end_gets_every_state(self) -> None:
        model = view(self.kernel.ok(SLIDER))
        self.change(model, value=9)
        content = {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}
        self.kernel.request("comm_open", content)
        (answer,) = self.say("control", method="request_states")
        states = answer["content"]["data"]["states"]
        self.assertEqual(states[model]["state"]["value"], 9)
        self.assertEqual(states[model]["model_name"], "IntSliderModel")

    def test_interact_updates_its_display_while_another_cell_waits(self) -> None:
        made = self.kernel.ok("const k = slider(1, 9);\ninteract({ k }, ({ k }) => 'k is ' + k)")
        cell = made.reply["parent_header"]["msg_id"]
        controls, shown = made.contents("display_data")
        self.assertIn(VIEW, controls["data"])
        self.assertEqual(shown["data"]["text/plain"], "'k is 1'")
        listens = "const changed = new Promise((done) => { k.onChange(done); });"
        waiting = self.kernel.send(f"{listens}\nconsole.log('waits');\nawait changed;")
        self.kernel.wait_for_output(waiting, "waits")
        (box,) = (c for c in made.contents("comm_open") if "children" in c["data"]["state"])
        (child,) = box["data"]["state"]["children"]
        self.change(child.removeprefix("IPY_MODEL_"), value=5)
        self.assertEqual(self.kernel.finish(waiting).status, "ok")
        (update,) = Outcome({}, self.kernel._messages[cell]).contents("update_display_data")
        self.assertEqual(update["transient"], shown["transient"])
        self.assertEqual(update["data"]["text/plain"], "'k is 5'")

    def test_widgets_end_with_their_engine(self) -> None:
        model = view(self.kernel.ok(SLIDER))
        self.kernel.run("process.exit()")
        self.kernel.ok("0")
        closed = [m["content"]["comm_id"] for m in self.kernel._messages[""]]
        self.assertIn(model, closed)
        self.assertEqual(self.kernel.ask("comm_info_request").reply["content"]["comms"], {})
        self.assertEqual(self.change(model, value=3), [])

    def test_the_types_of_values_are_known(self) -> None:
        failed = self.kernel.run("interact({ k: slider(1, 9) }, ({ k }) => k.toUpperCase())")
        self.assertIn("toUpperCase", failed.error["evalue"] + failed.traceback)
        self.assertEqual(failed.contents("display_data"), [])
        failed = self.kernel.run("dropdown(['a', 'b']).value = 'c';")
        self.assertIn('"a" | "b"', failed.error["evalue"] + failed.traceback)


def kept(done: Any) -> list[Any]:
    """The saved models without their names, which differ from run to run."""
    text = json.dumps(list(done.metadata.widgets[STATE]["state"].values()))
    return json.loads(re.sub(r"IPY_MODEL_\w+", "IPY_MODEL", text))


class Saved(unittest.TestCase):
    def test_nbclient_keeps_the_state_and_the_last_result(self) -> None:
        made = notebook(
            "const n = slider(1, 10);\ninteract({ n }, ({ n }) => svg`<svg id='n${n}'/>`)", "n.value = 6;"
        )
        done = nbclient.NotebookClient(made, timeout=60).execute()
        nbformat.validate(done)
        controls, result = done.cells[1].outputs
        saved = done.metadata.widgets[STATE]["state"]
        box = saved[controls.data[VIEW]["model_id"]]
        (child,) = box["state"]["children"]
        slider = saved[child.removeprefix("IPY_MODEL_")]
        self.assertEqual(box["model_name"], "VBoxModel")
        self.assertEqual((slider["model_name"], slider["state"]["value"]), ("IntSliderModel", 6))
        self.assertEqual(result.data["image/svg+xml"], "<svg id='n6'/>")
        self.assertIn("slider from 1 to 10", controls.data["text/plain"])

    def test_hypatia_run_keeps_the_same(self) -> None:
        cells = ("const n = slider(1, 10);\ninteract({ n }, ({ n }) => n)", "n.value = 6;", "text().close();")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "in.ipynb"
            nbformat.write(notebook(*cells), path)
            command = [*get_kernel_spec(KERNEL).argv[:2], "run", str(path), "--output", str(path)]
            subprocess.run(command, check=True, capture_output=True)
            ours = nbformat.read(path, 4)
        nbformat.validate(ours)
        theirs = nbclient.NotebookClient(notebook(*cells[:2]), timeout=60).execute()
        self.assertEqual(kept(ours), kept(theirs))

    def test_the_notebook_about_widgets_runs(self) -> None:
        path = Path(__file__).parents[2] / "notebooks" / "02-widgets.ipynb"
        done = nbclient.NotebookClient(nbformat.read(path, 4), timeout=120).execute()
        shown = [output for cell in done.cells for output in cell.get("outputs", [])]
        self.assertEqual([o for o in shown if o.output_type in ("stream", "error")], [])
        plots = [o.data["image/svg+xml"] for o in shown if "image/svg+xml" in o.get("data", {})]
        self.assertEqual(len(plots), 2)
        self.assertRegex(plots[1], r"f = 0\.132 after 40 steps")

    def test_nbconvert_makes_a_page_that_has_both(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "in.ipynb"
            nbformat.write(notebook("interact({ n: slider(1, 10) }, () => html`<b>so</b>`)"), path)
            command = ["nbconvert", "--to=html", "--execute", "--output=out", str(path)]
            subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
            page = (Path(folder) / "out.html").read_text()
        self.assertIn(f'<script type="{STATE}">', page)
        self.assertIn(f'<script type="{VIEW}">', page)
        self.assertIn("<b>so</b>", page)
