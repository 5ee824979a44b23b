"""The overlay: Overlay 1.0, and strict where the standard is silent."""

from pathlib import Path
from typing import Any

import pytest

from generator.document.files import Document, load
from generator.document.overlay import apply
from generator.document.problems import GenerationFailed

SPEC = """\
paths:
  /a:
    get:
      tags: [x]
      parameters:
        - {name: one, schema: {default: 1}}
        - {name: two, schema: {default: 2}}
        - {name: three, schema: {type: string}}
    post:
      tags: [y]
  /b/{id}:
    get: {tags: [z]}
"""


@pytest.fixture
def merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SPEC)

    def run(actions: str, head: str = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\n") -> Document:
        Path("overlay.yaml").write_text(f"{head}actions:\n{actions}")
        return apply(load(Path("spec.yaml")), load(Path("overlay.yaml")))

    return run


def test_an_update_is_merged_into_objects_at_every_depth(merge: Any) -> None:
    data = merge("- target: $.paths['/a'].get\n  update: {summary: s, x: {y: 1}}\n").data
    assert data["paths"]["/a"]["get"]["summary"] == "s"
    assert data["paths"]["/a"]["get"]["x"] == {"y": 1}
    assert data["paths"]["/a"]["get"]["tags"] == ["x"]


def test_arrays_inside_an_update_are_appended(merge: Any) -> None:
    assert merge("- target: $.paths['/a'].get\n  update: {tags: [n, m]}\n").data["paths"]["/a"]["get"]["tags"] == [
        "x",
        "n",
        "m",
    ]


def test_an_update_of_an_array_is_appended_as_one_entry(merge: Any) -> None:
    data = merge("- target: $.paths['/a'].get.parameters\n  update: {name: four}\n").data
    assert data["paths"]["/a"]["get"]["parameters"][3] == {"name": "four"}


@pytest.mark.parametrize(
    ("target", "left"),
    [
        ("$.paths['/a'].get.parameters[1]", ["one", "three"]),
        ("$.paths['/a'].get.parameters[*]", []),
        ("$.paths['/a'].get.parameters[?(@.name=='two')]", ["one", "three"]),
        ('$.paths["/a"]["get"].parameters[?@.name == "one"]', ["two", "three"]),
        ("$.paths.*.get.parameters.*", []),
    ],
)
def test_remove_takes_out_what_is_selected(merge: Any, target: str, left: list[str]) -> None:
    data = merge(f"- target: {target}\n  remove: true\n").data
    assert [item["name"] for item in data["paths"]["/a"]["get"]["parameters"]] == left


def test_a_wildcard_selects_all(merge: Any) -> None:
    data = merge("- target: $.paths.*.*\n  update: {x: 1}\n").data
    assert [op["x"] for item in data["paths"].values() for op in item.values()] == [1, 1, 1]


def test_actions_see_what_those_before_them_did(merge: Any) -> None:
    actions = "- target: $.paths['/a'].get\n  update: {new: {}}\n- target: $.paths['/a'].get.new\n  update: {z: 1}\n"
    assert merge(actions).data["paths"]["/a"]["get"]["new"] == {"z": 1}


def test_a_change_of_one_target_does_not_reach_another(merge: Any) -> None:
    actions = "- target: $.paths.*.get\n  update: {new: {a: 1}}\n- target: $.paths['/a'].get.new\n  update: {z: 1}\n"
    assert merge(actions).data["paths"]["/b/{id}"]["get"]["new"] == {"a": 1}


def test_values_know_the_file_and_line_they_come_from(merge: Any) -> None:
    merged = merge(
        "- target: $.paths['/a'].get\n  update:\n    operationId: x\n    tags: [n]\n"
        "- target: $.paths['/a'].get.parameters[0]\n  remove: true\n"
    )
    assert str(merged.place(("paths", "/a", "get", "operationId"))) == "overlay.yaml:6"
    assert str(merged.place(("paths", "/a", "get", "tags", 0))) == "spec.yaml:4"
    assert str(merged.place(("paths", "/a", "get", "tags", 1))) == "overlay.yaml:7"
    assert str(merged.place(("paths", "/a", "get", "parameters", 0, "schema"))) == "spec.yaml:7"
    assert str(merged.place(("paths", "/a", "get", "parameters", 1, "name"))) == "spec.yaml:8"


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (
            "- target: $.paths['/c'].get\n  update: {a: 1}\n",
            "overlay.yaml:4: target $.paths['/c'].get matches nothing in spec.yaml; the nearest is $.paths['/a'].get",
        ),
        ("- target: $.paths['/a'].put\n  remove: true\n", "matches nothing in spec.yaml"),
        ("- target: $.paths[\n  remove: true\n", "overlay.yaml:4: target $.paths[ not understood: "),
        ("- target: paths\n  remove: true\n", "overlay.yaml:4: target must begin with $"),
        ("- target: $.paths['/a']\n", "overlay.yaml:4: an action needs either `update` or `remove: true`"),
        ("- target: $.paths\n  update: {}\n  remove: true\n", "an action needs either"),
        ("- update: {}\n", "overlay.yaml:4: an action needs a `target`"),
        ("- target: $.paths\n  updaet: {}\n", "overlay.yaml:5: unknown key 'updaet' in an action"),
        ("- target: $.paths\n  update: [1]\n", "overlay.yaml:5: an update of an object must be an object"),
        (
            "- target: $.paths['/a'].get.tags[0]\n  update: b\n",
            "overlay.yaml:4: target $.paths['/a'].get.tags[0] is neither an object nor an array",
        ),
        ("- target: $\n  remove: true\n", "the whole document can't be removed"),
        ("- text\n", "overlay.yaml:4: an action must be an object"),
        ("  []\n", "overlay.yaml:3: `actions` must be a list with at least one action"),
    ],
)
def test_a_mistake_is_told_with_its_line(merge: Any, actions: str, message: str) -> None:
    with pytest.raises(GenerationFailed) as caught:
        merge(actions)
    assert message in str(caught.value)


@pytest.mark.parametrize("head", ["openapi: 3.1.0\n", "overlay: 2.0.0\n", "overlay: 1.0.0\nexstends: x\n"])
def test_another_document_is_no_overlay(merge: Any, head: str) -> None:
    with pytest.raises(GenerationFailed, match=r"overlay\.yaml:\d+: (this is not an Overlay 1\.0|unknown key)"):
        merge("- target: $.paths\n  update: {a: {}}\n", head=head)


def test_all_mistakes_are_told_at_once(merge: Any) -> None:
    with pytest.raises(GenerationFailed) as caught:
        merge("- target: $.one\n  remove: true\n- target: $.two\n  remove: true\n- {}\n")
    assert len(caught.value.problems) == 4


def test_neither_document_is_changed(merge: Any) -> None:
    spec = load(Path("spec.yaml"))
    merge("- target: $.paths['/a'].get\n  update: {tags: [n]}\n")
    overlay = load(Path("overlay.yaml"))
    merged = apply(spec, overlay)
    merged.data["paths"]["/a"]["get"]["tags"].append("later")
    assert spec.data == load(Path("spec.yaml")).data
    assert overlay.data == load(Path("overlay.yaml")).data


REFERENCES = """\
- target: $
  update:
    components:
      requestBodies: {Upload: {content: {a/b: {}}}}
      responses: {Bad: {description: ours}}
    paths:
      /r:
        post:
          requestBody: {$ref: '#/components/requestBodies/Upload'}
          responses: {'400': {description: theirs, content: {a/b: {}}}}
"""


def test_an_update_of_a_reference_goes_to_what_it_refers_to(merge: Any) -> None:
    merged = merge(REFERENCES + "- target: $.paths.*.*.requestBody\n  update: {required: true}\n")
    assert merged.data["paths"]["/r"]["post"]["requestBody"] == {"$ref": "#/components/requestBodies/Upload"}
    assert merged.data["components"]["requestBodies"]["Upload"] == {"content": {"a/b": {}}, "required": True}
    assert merged.place(("components", "requestBodies", "Upload", "required")).file == "overlay.yaml"


def test_a_reference_in_an_update_takes_the_place_of_an_object(merge: Any) -> None:
    update = "- target: $.paths['/r'].post.responses\n  update: {'400': {$ref: '#/components/responses/Bad'}}\n"
    assert merge(REFERENCES + update).data["paths"]["/r"]["post"]["responses"]["400"] == {
        "$ref": "#/components/responses/Bad"
    }


def test_a_schema_keeps_its_reference_and_what_stands_beside_it(merge: Any) -> None:
    actions = "- target: $\n  update: {components: {schemas: {A: {properties: {b: {$ref: '#/x'}}}}}}\n"
    actions += "- target: $.components.schemas.A.properties.b\n  update: {description: d}\n"
    assert merge(actions).data["components"]["schemas"]["A"]["properties"]["b"] == {"$ref": "#/x", "description": "d"}
