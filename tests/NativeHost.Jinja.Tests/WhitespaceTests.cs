using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class WhitespaceTests
{
    [Theory]
    [InlineData("a\n", "a")]
    [InlineData("a\n\n", "a\n")]
    [InlineData("  {% if t %}\n  x\n  {% endif %}\ny", "  x\ny")]
    [InlineData("a {%- if t %} b {%- endif %} c", "a b c")]
    [InlineData("a {% if t -%}  \n b {% endif %}c", "a b c")]
    [InlineData("x\n  {{- 's' }}\n", "xs")]
    [InlineData("x\n  {# c #}\ny", "x\ny")]
    [InlineData("x\n  {#- c -#}\n y", "xy")]
    [InlineData("x {# c #} y", "x  y")]
    [InlineData("  {{ 's' }}  \n z", "  s  \n z")]
    [InlineData("\t{% if t %}\t\n\tz{% endif %}", "\t\n\tz")]
    [InlineData("x{% if t %}\n\n\ny{% endif %}", "x\n\ny")]
    [InlineData("{{ 's' -}} \n x", "sx")]
    [InlineData("  {%+ if t %}b{% endif %}", "  b")]
    [InlineData("{% if t +%}\nb{% endif %}", "\nb")]
    [InlineData("{% if t %}a{% endif %} \n b", "a \n b")]
    [InlineData("a\r\n{% if t %}\r\nb\r\n{% endif %}\r\n", "a\nb\n")]
    [InlineData("a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b")]
    [InlineData("{{ '{{' }}{{ '%}' }}{{ {'a': {'b': 1}}}}", "{{%}{\"a\": {\"b\": 1}}")]
    public void Whitespace_around_tags_goes_as_in_Jinja2_with_trimmed_blocks(string source, string expected)
        => Assert.Equal(expected, Rendering.Text(source, """{"t": true}"""));

    [Theory]
    [InlineData("a\n {{ 1 + }}", 2, 9)]
    [InlineData("{{ a", 1, 1)]
    [InlineData("{% if a %}", 1, 11)]
    [InlineData("{# a", 1, 1)]
    [InlineData("{% raw %}", 1, 1)]
    [InlineData("{{ 'a }}", 1, 4)]
    [InlineData("{{ a b }}", 1, 6)]
    [InlineData("{{ `a` }}", 1, 4)]
    [InlineData("{% nothing %}", 1, 4)]
    [InlineData("{% endif %}", 1, 4)]
    [InlineData("{% for x xs %}{% endfor %}", 1, 10)]
    [InlineData("{% break %}", 1, 4)]
    [InlineData("{% for x in y %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}", 1, 35)]
    [InlineData("{{ f(a=1, 2) }}", 1, 11)]
    [InlineData("{{ 99999999999999999999 }}", 1, 4)]
    [InlineData("{% set a, b %}x{% endset %}", 1, 13)]
    [InlineData("{% call 5 %}{% endcall %}", 1, 9)]
    [InlineData("{{ }}", 1, 4)]
    [InlineData("{%%}", 1, 3)]
    public void What_is_not_the_language_is_refused_with_its_place(string source, int line, int column)
    {
        var failure = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(source));

        Assert.Equal(JinjaErrorKind.Syntax, failure.Kind);
        Assert.Equal((line, column), (failure.Line, failure.Column));
    }
}
