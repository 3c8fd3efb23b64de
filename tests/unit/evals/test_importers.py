"""Public sets and tables become cases that are valid by themselves, and texts become a corpus that can be indexed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from report_qa.cli import app
from report_qa.evals.dataset import Case, load_cases
from report_qa.evals.importers.sheet import key_facts_of

ZH = "云河公司成立于1998年。总部设在成都市，仓库有12座。"
EN = "Harbour City opened its first tram line in 1904. It has 12 stops."
SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": "云河 / 公司",
            "paragraphs": [
                {
                    "context": ZH,
                    "qas": [
                        {
                            "id": "q1",
                            "question": "总部在哪里？",
                            "answers": [{"text": "成都市", "answer_start": 17}, {"text": "成都", "answer_start": 17},
                                        {"text": "成都市", "answer_start": 17}],
                        },
                        {"id": "q2", "question": "有几座仓库？", "answers": [{"text": "12座", "answer_start": 0}]},
                        {"id": "q3", "question": "谁是总裁？", "answers": [], "is_impossible": True},
                    ],
                },
                {"context": "第二段。", "qas": []},
            ],
        },
        {
            "title": "Tram",
            "paragraphs": [
                {"context": EN, "qas": [{"id": 7, "question": "When did it open?", "answers": [
                    {"text": "1904", "answer_start": 43}]}]}
            ],
        },
    ],
}  # fmt: skip


def run(*arguments: str | Path, language: str = "en") -> Result:
    return CliRunner().invoke(app, ["--language", language, "eval", "import", *map(str, arguments)])


def imported(tmp_path: Path, format_: str, file: Path, *options: str) -> dict[str, Case]:
    out = tmp_path / "out.jsonl"
    result = run(format_, file, "--out", out, *options)
    assert result.exit_code == 0, result.output
    return {case.id: case for case in load_cases(out)}


def write_json(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_squad_by_hand(tmp_path: Path) -> None:
    cases = imported(tmp_path, "squad", write_json(tmp_path / "set.json", SQUAD))
    assert list(cases) == ["q1", "q2", "q3", "7"]
    first = cases["q1"]
    assert (first.language, first.kind, first.gold) == ("zh", "fact", "成都市")
    assert first.key_facts == (("成都市", "成都"),)
    assert first.evidence == ("总部设在成都市，仓库有12座。",)
    # a wrong offset is looked up
    assert cases["q2"].evidence == ("总部设在成都市，仓库有12座。",)
    assert (cases["q3"].kind, cases["q3"].key_facts, cases["q3"].evidence) == ("unanswerable", (), ())
    assert (cases["7"].language, cases["7"].evidence) == (
        "en",
        ("Harbour City opened its first tram line in 1904.",),
    )


def test_squad_paragraphs_become_sections_of_a_corpus(tmp_path: Path) -> None:
    cases = imported(tmp_path, "squad", write_json(tmp_path / "set.json", SQUAD))
    corpus = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()}
    assert set(corpus) == {"0001-云河-公司.md", "0002-Tram.md"}
    assert corpus["0001-云河-公司.md"] == f"# 云河 / 公司\n\n## 段落 1\n\n{ZH}\n\n## 段落 2\n\n第二段。\n"
    assert corpus["0002-Tram.md"] == f"# Tram\n\n{EN}\n"
    assert {case.document for case in cases.values()} == set(corpus)


def test_an_answer_that_is_not_in_its_paragraph_has_no_evidence_and_is_told(tmp_path: Path) -> None:
    qas = [{"id": "x", "question": "几座？", "answers": [{"text": "13座", "answer_start": 0}]}]
    file = write_json(tmp_path / "s.json", {"data": [{"title": "t", "paragraphs": [{"context": ZH, "qas": qas}]}]})
    result = run("squad", file, "--out", tmp_path / "out.jsonl")
    assert "1 answers are not in their paragraph" in result.stderr
    assert load_cases(tmp_path / "out.jsonl")[0].evidence == ()


RGB = [
    {"id": 0, "query": "谁获奖？", "answer": ["张三", ["2022年", "2022"]], "positive": ["张三2022年获奖。"], "negative": ["李四没有。"]},
    {"id": 1, "query": "Who won?", "answer": "Ann Lee", "positive": [["Ann Lee won."], "It was Ann Lee."], "negative": []},
]  # fmt: skip


def write_lines(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding="utf-8")
    return path


def test_rgb_by_hand(tmp_path: Path) -> None:
    cases = imported(tmp_path, "rgb", write_lines(tmp_path / "zh.json", *RGB))
    first, second = cases["rgb-0"], cases["rgb-1"]
    assert first.key_facts == (("张三",), ("2022年", "2022"))
    assert (first.kind, first.gold, first.evidence) == ("multi", "张三; 2022年", ())
    assert (second.kind, second.language, second.key_facts) == ("fact", "en", (("Ann Lee",),))
    corpus = (tmp_path / "out" / "rgb-0.md").read_text(encoding="utf-8")
    assert "张三2022年获奖。" in corpus
    assert "李四没有。" in corpus
    assert "谁获奖" not in corpus


def test_rgb_negatives_are_to_be_refused(tmp_path: Path) -> None:
    cases = imported(tmp_path, "rgb", write_lines(tmp_path / "zh.json", *RGB), "--negatives-only")
    assert {case.kind for case in cases.values()} == {"unanswerable"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["rgb-0.md"]
    assert "张三" not in (tmp_path / "out" / "rgb-0.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_of_questions_and_answers(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "faq.csv"
    text = '问题,答案,备注\n"有效问卷多少份，\n占多少？","2,887份，占84%",x\n谁是总裁？,,\n,,\nHow many stops?,About a dozen\n'
    file.write_bytes(text.encode(encoding))
    result = run("table", file, "--out", tmp_path / "out.jsonl", language="zh")
    assert result.exit_code == 0, result.output
    assert "2 个用例的关键事实取自答案" in result.stderr
    assert "未使用的列：备注" in result.stderr
    cases = load_cases(tmp_path / "out.jsonl")
    assert [(case.id, case.language, case.kind) for case in cases] == [
        ("row-3", "zh", "fact"),
        ("row-4", "zh", "unanswerable"),
        ("row-6", "en", "fact"),
    ]
    assert [forms for (forms,) in cases[0].key_facts] == ["2,887", "84%"]
    assert not (tmp_path / "out").exists()


def test_an_xlsx_with_all_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["ID", "Question", "Answer", "Key_facts", "Forbidden", "Evidence", "Figure", "Kind", "Document"])
    book.active.append(
        ["c1", "How many?", 2887, "2887 | 2,887", "3000|4000", "2,887 were valid\nof all", "a.png", "table", "r.md"]
    )
    file = tmp_path / "cases.xlsx"
    book.save(file)
    (case,) = imported(tmp_path, "table", file).values()
    assert (case.id, case.gold, case.kind, case.document) == ("c1", "2887", "table", "r.md")
    assert case.key_facts == (("2887", "2,887"),)
    assert case.forbidden == ("3000", "4000")
    assert case.evidence == ("2,887 were valid", "of all")
    assert case.figure == ("a.png",)


def test_key_facts_of_an_answer() -> None:
    assert key_facts_of("《年度报告》：占35.7%，即1.6亿") == (("35.7%",), ("1.6亿",), ("年度报告",))
    assert key_facts_of("no numbers and no names") == (("no numbers and no names",),)


@pytest.mark.parametrize(
    ("format_", "text", "said"),
    [
        ("squad", "{", "Invalid JSON"),
        ("squad", '{"data": [{"paragraphs": [{"qas": []}]}]}', "data.0.paragraphs.0.context"),
        ("squad", '{"data": []}', "holds no case"),
        ("rgb", '{"id": 1}', "line 1: query"),
        ("rgb", json.dumps(RGB[0]) + "\n" + json.dumps(RGB[0]), "id rgb-0 occurs twice"),
        ("table", "frage,antwort\na,b\n", "no column question"),
        ("table", "question\na\n", "no column answer"),
        ("table", "question,answer\n,b\n", "line 2: question"),
        ("table", "question,answer,kind\na,b,odd\n", "line 2: kind"),
        ("table", 'question,answer\n"a,b\n', "line 2"),
        (
            "table",
            "question,answer,key_facts\na,2886,2887\n",
            "case row-2: the gold answer lacks its own key fact 2887",
        ),
    ],
)
def test_a_bad_file_is_one_line_and_leaves_nothing(tmp_path: Path, format_: str, text: str, said: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    result = run(format_, file, "--out", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert not (tmp_path / "out.jsonl").exists()
    assert not (tmp_path / "out").exists()


def test_what_is_no_workbook_or_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "no.xlsx"
    file.write_bytes(b"question,answer")
    assert "not an XLSX file" in run("table", file, "--out", tmp_path / "o.jsonl").stderr
    garbled = tmp_path / "garbled.csv"
    garbled.write_bytes(b"\xff\xff\xff")
    assert "not text in UTF-8" in run("table", garbled, "--out", tmp_path / "o.jsonl").stderr
    assert "cannot be imported" in run("squad", tmp_path / "none.json", "--out", tmp_path / "o.jsonl").stderr


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = write_json(tmp_path / "set.json", SQUAD)
    (tmp_path / "out.jsonl").write_text("mine", encoding="utf-8")
    result = run("squad", file, "--out", tmp_path / "out.jsonl")
    assert (result.exit_code, (tmp_path / "out.jsonl").read_text(encoding="utf-8")) == (1, "mine")
    assert "is there already" in result.stderr
