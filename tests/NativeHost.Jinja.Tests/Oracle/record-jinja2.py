"""Records what Jinja2 itself gives where @huggingface/jinja gives something else: jinja2.json, which OracleTests reads.

    node render.mjs TEMPLATES message-sets.json 2026-03-05T14:07:09Z > oracle.json
    python record-jinja2.py TEMPLATES oracle.json > jinja2.json        (Jinja2 3.1.6)

The environment is that of the library that chat templates are written for, except that values print as the oracle prints them
(true, nothing for None, JSON for lists and dictionaries), and that an undefined value is not iterable, as in the oracle.
Of each text its SHA-256 is kept; null means that Jinja2 raises.
"""
import copy
import datetime
import hashlib
import json
import pathlib
import sys

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import SandboxedEnvironment

NOW = datetime.datetime(2026, 3, 5, 14, 7, 9)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.CallBlock(self.call_method("_same"), [], [], body).set_lineno(line)

    def _same(self, caller):
        return caller()


def printed(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False)
    return value


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.TemplateError(message)


def text(value):
    return jinja2.filters.soft_str(printed(value))


environment = SandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols], finalize=printed)
environment.filters.update(tojson=tojson, string=text)
environment.tests["iterable"] = lambda value: not isinstance(value, jinja2.Undefined) and jinja2.tests.test_iterable(value)
environment.globals.update(raise_exception=raise_exception, strftime_now=NOW.strftime)

folder, oracle = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
sets = json.loads((pathlib.Path(__file__).parent / "message-sets.json").read_text(encoding="utf-8"))
recorded = {}
for name in sorted(oracle):
    source = (folder / name).read_text(encoding="utf-8")
    for title, context in sets.items():
        try:
            made = environment.from_string(source).render({"bos_token": "<s>", "eos_token": "</s>", **copy.deepcopy(context)})
        except Exception:
            made = None
        if made != oracle[name][title].get("text"):
            digest = None if made is None else hashlib.sha256(made.encode("utf-8")).hexdigest()
            recorded.setdefault(name, {})[title] = digest

json.dump(recorded, sys.stdout, indent=2)
print()
