using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class FilterTests
{
    private const string Json = """
        {"xs": [3, 1, 2], "u": [{"r": "b", "v": 1}, {"r": "a", "v": 2}, {"r": "b", "v": 3}], "d": {"b": 1, "A": "x"}, "t": "  Hello World  ",
         "odd": "é\"'<&>\u2028\n\t😀\u0001", "n": null}
        """;

    [Theory]
    [InlineData("{{ 'abC'|upper }} {{ 'abC'|lower }} {{ 'abC dE'|capitalize }} {{ 'hello wORLD-x'|title }}", "ABC abc Abc de Hello World-X")]
    [InlineData("[{{ t|trim }}] [{{ 'xax'|trim('x') }}] {{ 'aab'|replace('a', '-') }} {{ 'aab'|replace('a', '-', 1) }}", "[Hello World] [a] --b -ab")]
    [InlineData("{{ 'a\nb\n\nc'|indent }}|{{ 'a\nb'|indent(2, true) }}|{{ 'a\n\nb'|indent(1, blank=true) }}|{{ 'a\nb'|indent('> ') }}", "a\n    b\n\n    c|  a\n  b|a\n \n b|a\n> b")]
    [InlineData("{{ '<a>'|escape }} {{ \"'&\"|e }} {{ '<a>'|safe }} {{ 'a b  c'|wordcount }}", "&lt;a&gt; &#39;&amp; <a> 3")]
    [InlineData("{{ '%s is %d or %.2f%%'|format('a', 3.9, 2) }} {{ 'abc'|center(7) }}| {{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }}",
        "a is 3 or 2.00%   abc  | foo... foo ba...")]
    [InlineData("{{ 1|string ~ 'x' }} {{ [1, 'a']|string }} {{ {'a': none}|string }}", "1x [1, \"a\"] {\"a\": null}")]
    public void Texts(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, Json));

    [Theory]
    [InlineData("{{ '3'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ 3.7|int }} {{ '3.7'|int }} {{ true|int }} {{ 'ff'|int(base=16) }}", "3 0 7 3 3 1 255")]
    [InlineData("{{ '3.5'|float }} {{ 'x'|float }} {{ 3|float }} {{ 3.14159|round(2) }} {{ 2.5|round }} {{ 2.45|round(1, 'floor') }} {{ 2.41|round(1, 'ceil') }}",
        "3.5 0.0 3.0 3.14 2.0 2.4 2.5")]
    [InlineData("{{ -3|abs }} {{ (-2.5)|abs }} {{ xs|sum }} {{ u|sum(attribute='v') }} {{ xs|sum(start=10) }}", "3 2.5 6 6 16")]
    public void Numbers(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, Json));

    [Theory]
    [InlineData("{{ xs|length }} {{ t|count }} {{ d|length }} {{ missing|length }} {{ xs|first }} {{ xs|last }} {{ []|first }}|", "3 15 2 0 3 2 |")]
    [InlineData("{{ xs|join(', ') }} {{ xs|join }} {{ u|join('-', attribute='v') }} {{ 'abc'|join('.') }} {{ 'abc'|reverse }} {{ xs|reverse|list }}",
        "3, 1, 2 312 1-2-3 a.b.c cba [2, 1, 3]")]
    [InlineData("{{ xs|sort }} {{ xs|sort(reverse=true) }} {{ ['b', 'A', 'a']|sort }} {{ ['b', 'A']|sort(case_sensitive=true) }} {{ u|sort(attribute='r')|map(attribute='v')|list }}",
        "[1, 2, 3] [3, 2, 1] [\"A\", \"a\", \"b\"] [\"A\", \"b\"] [2, 1, 3]")]
    [InlineData("{{ d|dictsort }} {{ d|dictsort(reverse=true)|first }} {{ {'a': 2, 'b': 1}|dictsort(by='value') }} {{ d|items|list }}",
        "[[\"A\", \"x\"], [\"b\", 1]] [\"b\", 1] [[\"b\", 1], [\"a\", 2]] [[\"b\", 1], [\"A\", \"x\"]]")]
    [InlineData("{{ xs|min }} {{ xs|max }} {{ [1, 1, 2]|unique|list }} {{ ['a', 'A']|unique|list }} {{ [1, 2, 3]|batch(2, 0)|list }} {{ [1, 2, 3]|slice(2)|list }}",
        "1 3 [1, 2] [\"a\"] [[1, 2], [3, 0]] [[1, 2], [3]]")]
    [InlineData("{% for r, items in u|groupby('r') %}{{ r }}{{ items|map(attribute='v')|join }} {% endfor %}{{ d|list }} {{ 'ab'|list }}", "a2 b13 [\"b\", \"A\"] [\"a\", \"b\"]")]
    public void Sequences(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, Json));

    [Theory]
    [InlineData("{{ u|map(attribute='r')|list }} {{ xs|map('string')|join('+') }} {{ u|map(attribute='q', default='-')|join }} {{ [{'a': {'b': 1}}]|map(attribute='a.b')|list }}",
        "[\"b\", \"a\", \"b\"] 3+1+2 --- [1]")]
    [InlineData("{{ xs|select('odd')|list }} {{ xs|reject('odd')|list }} {{ [0, 1, '']|select|list }} {{ xs|select('in', [1, 2])|list }}", "[3, 1] [2] [1] [1, 2]")]
    [InlineData("{{ u|selectattr('r', 'equalto', 'b')|map(attribute='v')|list }} {{ u|rejectattr('r', 'eq', 'b')|list|length }} {{ u|selectattr('q')|list }} {{ n|selectattr('q')|list }}",
        "[1, 3] 1 [] []")]
    [InlineData("{{ missing|default('x') }} {{ n|default('x') }}| {{ n|default('x', true) }} {{ ''|d('x', boolean=true) }} {{ missing|default }}| {{ d|attr('b') }}", "x | x x | 1")]
    public void Selections(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, Json));

    [Theory]
    [InlineData("{{ {'b': [1, 2.0, true, none], 'a': {}}|tojson }}", """{"b": [1, 2.0, true, null], "a": {}}""")]
    [InlineData("{{ {'b': 1, 'a': [2]}|tojson(indent=2) }}", "{\n  \"b\": 1,\n  \"a\": [\n    2\n  ]\n}")]
    [InlineData("{{ {'b': 1, 'a': 2}|tojson(separators=(',', ':'), sort_keys=true) }} {{ []|tojson(indent=2) }} {{ {1: 2}|tojson }}", """{"a":2,"b":1} [] {"1": 2}""")]
    [InlineData("{{ odd|tojson }}", "\"é\\\"'<&>\u2028\\n\\t😀\\u0001\"")]
    [InlineData("{{ odd|tojson(ensure_ascii=true) }}", "\"\\u00e9\\\"'<&>\\u2028\\n\\t\\ud83d\\ude00\\u0001\"")]
    [InlineData("{{ ('{\"a\": [1, 2.5, \"x\"]}'|from_json).a }} {{ missing|tojson }}", "[1, 2.5, \"x\"] null")]
    public void Json_is_as_Python_writes_it(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, Json));
}
