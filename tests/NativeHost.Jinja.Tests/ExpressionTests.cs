using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 - 2 - 1 }}", "7 9 4")]
    [InlineData("{{ 7 / 2 }} {{ 4 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }}", "3.5 2.0 3 -4 1 2 -2")]
    [InlineData("{{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }}", "1024 0.5 64 4")]
    [InlineData("{{ 1.0 }} {{ 0.1 + 0.2 }} {{ 1e16 }} {{ 1e-5 }} {{ 123456789.5 }} {{ 1.5e300 }}", "1.0 0.30000000000000004 1e+16 1e-05 123456789.5 1.5e+300")]
    [InlineData("{{ 1_000 + 1 }} {{ 2.5 // 1 }} {{ -7.5 % 2 }}", "1001 2.0 0.5")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ 2.0 ~ missing }} {{ 2 + 3 ~ 4 }}", "a12.0 54")]
    [InlineData("{{ 'a' + 1 }} {{ 'a' * 3 }} {{ [1] + [2] }} {{ [0] * 2 }}", "a1 aaa [1, 2] [0, 0]")]
    [InlineData("{{ true }} {{ none }}|{{ missing }}|{{ missing.a.b }}|{{ none.x }}|", "true ||||")]
    public void Arithmetic_follows_Python(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{{ 1 < 2 }} {{ 1 < 2 < 2 }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }}", "true false true true")]
    [InlineData("{{ 1 == 1.0 }} {{ '1' == 1 }} {{ true == 1 }} {{ [1, {'a': 2}] == [1, {'a': 2}] }} {{ none == missing }}", "true false true true false")]
    [InlineData("{{ 'b' in 'abc' }} {{ 2 in [1, 2] }} {{ 'a' in {'a': 1} }} {{ 3 not in [1] }} {{ 'x' in missing }}", "true true true true false")]
    [InlineData("{{ not '' }} {{ not [] }} {{ not {} }} {{ not 0 }} {{ not 0.0 }} {{ not 'a' }} {{ not none }}", "true true true true true false true")]
    [InlineData("{{ 1 and 2 }} {{ 0 or 'x' }} {{ '' and 1 }}| {{ not 1 == 2 }}", "2 x | true")]
    [InlineData("{{ 'y' if 1 else 'n' }} {{ 'y' if 0 else 'n' }} {{ 'y' if 0 }}| {{ 'a' if 0 else 'b' if 0 else 'c' }}", "y n | c")]
    public void Comparisons_and_conditions_follow_Python(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{{ 'hello'[1] }} {{ 'hello'[-1] }} {{ 'hello'[1:3] }} {{ 'hello'[:-2] }} {{ 'hello'[::-1] }} {{ 'hello'[9] }}|", "e o el hel olleh |")]
    [InlineData("{{ [1,2,3,4][1:] }} {{ [1,2,3,4][::2] }} {{ [1,2,3,4][2:0:-1] }} {{ [1,2,3,4][-9:9] }} {{ [1,2][5] }}|", "[2, 3, 4] [1, 3] [3, 2] [1, 2, 3, 4] |")]
    [InlineData("{{ {'a': {'b': 1}}.a.b }} {{ {'a': 1}['a'] }} {{ {1: 'x', true: 'y'}[1] }} {{ {'a': 1}['q'] }}|", "1 1 y |")]
    [InlineData("{{ (1, 2)[0] }} {{ (1,) }} {{ () }} {{ 1, 2 }} {{ [1, 2,] }}", "1 [1] [] [1, 2] [1, 2]")]
    [InlineData("{{ 'a' 'b' }} {{ 'it\\'s' }} {{ 'a\\n\\\\b\\u00e9\\x41\\q' }}", "ab it's a\n\\béA\\q")]
    public void Literals_elements_and_slices_follow_Python(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{{ 5 is odd }} {{ 4 is even }} {{ 6 is divisibleby 3 }} {{ 6 is divisibleby(4) }}", "true true true false")]
    [InlineData("{{ x is defined }} {{ missing is defined }} {{ missing is undefined }} {{ x is none }} {{ x is not none }}", "true false true false true")]
    [InlineData("{{ x is string }} {{ 1 is number }} {{ true is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is boolean }}", "true true false true true true")]
    [InlineData("{{ [] is sequence }} {{ {} is mapping }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ range is callable }}", "true true true false true")]
    [InlineData("{{ 1 is eq 1 }} {{ 1 is ne 1 }} {{ 1 is lt 2 }} {{ 2 is ge(2) }} {{ 1 is in [1] }} {{ 'a' is lower }} {{ 'aB' is upper }}", "true false true true true true false")]
    [InlineData("{{ not x is string }} {{ x is string and 1 == 1 }} {{ 2 == 2 is true }} {{ true is true }} {{ 1 is sameas true }}", "false true false true false")]
    public void Tests_say_what_a_value_is(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, """{"x": "text"}"""));

    [Theory]
    [InlineData("{{ 1 / 0 }}")]
    [InlineData("{{ 1 % 0 }}")]
    [InlineData("{{ 'a' < 1 }}")]
    [InlineData("{{ 'a' + none }}")]
    [InlineData("{{ 'a' + [1] }}")]
    [InlineData("{{ missing + 'a' }}")]
    [InlineData("{{ missing() }}")]
    [InlineData("{{ missing[0] }}")]
    [InlineData("{{ 'a'.nothing() }}")]
    [InlineData("{{ 'a' in none }}")]
    [InlineData("{{ 9223372036854775807 + 1 }}")]
    [InlineData("{{ [1][::0] }}")]
    [InlineData("{{ {[1]: 2} }}")]
    [InlineData("{{ 'a'|nothing }}")]
    [InlineData("{{ 'a' is nothing }}")]
    [InlineData("{{ none|length }}")]
    [InlineData("{{ 'a'.upper }}")]
    [InlineData("{{ 'a'.upper(1) }}")]
    [InlineData("{{ [1]|join(nothing=1) }}")]
    public void What_cannot_be_done_is_an_operation_that_failed(string source)
    {
        var failure = Rendering.Failure("line\n " + source);

        Assert.Equal(JinjaErrorKind.Operation, failure.Kind);
        Assert.Equal(2, failure.Line);
        Assert.InRange(failure.Column, 2, source.Length + 1);
        Assert.Contains(failure.Reason, failure.Message, StringComparison.Ordinal);
    }
}
