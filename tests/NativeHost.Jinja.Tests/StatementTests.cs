using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class StatementTests
{
    [Theory]
    [InlineData("{% if a %}A{% elif b %}B{% else %}C{% endif %}", "B")]
    [InlineData("{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}",
        "103truefalse3 212falsefalse3 321falsetrue3 ")]
    [InlineData("{% for x in xs if x != 'q' %}{{ x }}{{ loop.previtem }}{{ loop.nextitem }},{% endfor %}", "pr,rp,")]
    [InlineData("{% for x in [] %}x{% else %}none{% endfor %}{% for x in missing %}x{% else %}none{% endfor %}", "nonenone")]
    [InlineData("{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}", "x=1;y=2;xy")]
    [InlineData("{% for (a, b), in [[(1, 2)]] %}{% endfor %}", null)]
    [InlineData("{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }} {% endfor %}{% for c in 'a😀' %}<{{ c }}>{% endfor %}", "3 7 <a><😀>")]
    [InlineData("{% for x in xs %}{% if loop.index == 2 %}{% continue %}{% endif %}{{ x }}{% if loop.index == 3 %}{% break %}{% endif %}!{% endfor %}", "p!r")]
    [InlineData("{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x == 'p') }} {% endfor %}", "atrue btrue afalse ")]
    [InlineData("{% for x in tree recursive %}{{ x.n }}{{ loop.depth }}{% if x.c %}({{ loop(x.c) }}){% endif %}{% endfor %}", "11(2232)")]
    [InlineData("{% for x in xs %}{% for y in xs %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}", "1231 1232 1233 ")]
    public void Conditions_and_loops(string source, string? expected)
    {
        const string Json = """{"b": 1, "xs": ["p", "q", "r"], "d": {"x": 1, "y": 2}, "tree": [{"n": 1, "c": [{"n": 2}, {"n": 3}]}]}""";

        if (expected is null)
        {
            Assert.Equal(JinjaErrorKind.Syntax, Rendering.Failure(source, Json).Kind);
        }
        else
        {
            Assert.Equal(expected, Rendering.Text(source, Json));
        }
    }

    [Theory]
    [InlineData("{% set a = 1 %}{% for i in [1, 2] %}{{ a }}{% set a = i + 5 %}{{ a }} {% endfor %}{{ a }}", "16 17 1")]
    [InlineData("{% if true %}{% set a = 1 %}{% endif %}{{ a }}", "1")]
    [InlineData("{% set ns = namespace(n=0, s='x') %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ ns.s }}{{ ns.q }}", "3x")]
    [InlineData("{% set a, b = 1, 2 %}{% set (c, d) = [3, 4] %}{{ a }}{{ b }}{{ c }}{{ d }}", "1234")]
    [InlineData("{% set a %}x{{ 1 }}{% endset %}{% set b | upper %}y{% endset %}{{ a }}{{ b }}", "x1Y")]
    [InlineData("{% set l = [] %}{% set _ = l.append(1) %}{% do l.append(2) %}{{ l.pop(0) }}{{ l }}", "1[2]")]
    [InlineData("{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a }}", "3")]
    [InlineData("{% filter upper | replace('B', '-') %}a{{ 'b' }}{% endfilter %}", "A-")]
    [InlineData("{% generation %}x{% endgeneration %}{% raw %}{{ y }}{% endraw %}", "x{{ y }}")]
    public void Variables_and_blocks(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(c=9, a=8) }}{{ m() }}", "121;131;829;2;")]
    [InlineData("{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}{{ m(*[4], **{'y': 5}) }}", "[1, 2]{\"x\": 3}[4]{\"y\": 5}")]
    [InlineData("{% macro m(n) %}{{ n }}{% if n > 1 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}", "321")]
    [InlineData("{% macro m(t) %}<{{ t }}>{{ caller(1, b=2) }}{% endmacro %}{% call(a, b) m('x') %}{{ a }}{{ b }}{% endcall %}", "<x>12")]
    [InlineData("{% macro m() %}[{{ caller() }}]{% endmacro %}{% macro o() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{% call o() %}x{% endcall %}", "[x]")]
    [InlineData("{% macro m() %}{{ x }}{% set y = 1 %}{% endmacro %}{% set x = 1 %}{% for x in [7] %}{{ m() }}{% endfor %}{{ y }}", "1")]
    [InlineData("{% macro m() %} a {% endmacro %}{{ m().strip() }}{{ m()|trim|length }}{{ m() == ' a ' }}", "a1true")]
    [InlineData("{{ range(3) }}{{ range(1, 3) }}{{ range(5, 0, -2) }}{{ dict(a=1) }}{{ namespace({'a': 2}).a }}", "[0, 1, 2][1, 2][5, 3, 1]{\"a\": 1}2")]
    public void Macros_and_functions(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}")]
    [InlineData("{% macro m(a) %}{% endmacro %}{{ m(b=2) }}")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}")]
    [InlineData("{% for a in none %}{% endfor %}")]
    [InlineData("{% set d = {} %}{% set d.a = 1 %}")]
    [InlineData("{{ xs.append(1) }}")]
    [InlineData("{{ xs.pop() }}")]
    public void What_a_statement_cannot_do_is_an_operation_that_failed(string source)
        => Assert.Equal(JinjaErrorKind.Operation, Rendering.Failure(source, """{"xs": [1]}""").Kind);

    [Fact]
    public void The_template_refuses_with_a_message_of_its_own()
    {
        var failure = Rendering.Failure("a\n{{ raise_exception('Roles must alternate: ' ~ 1) }}");

        Assert.Equal(JinjaErrorKind.Raised, failure.Kind);
        Assert.Equal("Roles must alternate: 1", failure.Reason);
        Assert.Equal((2, 19), (failure.Line, failure.Column));
    }

    [Theory]
    [InlineData("%d %b %Y %H:%M:%S", "05 Mar 2026 14:07:09")]
    [InlineData("%A %a %B %j %y %I %p %m %-d %e %u %w %%", "Thursday Thu March 064 26 02 PM 03 5  5 4 4 %")]
    [InlineData("%F %T %D %U %W %V %G %q", "2026-03-05 14:07:09 03/05/26 09 09 10 2026 %q")]
    public void The_time_is_told_as_strftime_does(string format, string expected) => Assert.Equal(expected, Rendering.Text($"{{{{ strftime_now('{format}') }}}}"));
}
