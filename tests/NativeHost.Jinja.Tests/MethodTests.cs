using Xunit;

namespace NativeHost.Jinja.Tests;

public sealed class MethodTests
{
    [Theory]
    [InlineData("{{ 'a,b,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ ' a  b '.split() }} {{ 'a b c'.split(none, 1) }} {{ 'a,,b'.split(',') }}",
        "[\"a\", \"b\", \"c\"] [\"a\", \"b,c\"] [\"a\", \"b\"] [\"a\", \"b c\"] [\"a\", \"\", \"b\"]")]
    [InlineData("{{ 'a,b,c'.rsplit(',', 1) }} {{ 'a b  c '.rsplit(none, 1) }} {{ 'a,b'.rsplit(',') }} {{ 'a-b-c'.partition('-') }} {{ 'a-b-c'.rpartition('-') }}",
        "[\"a,b\", \"c\"] [\"a b\", \"c\"] [\"a\", \"b\"] [\"a\", \"-\", \"b-c\"] [\"a-b\", \"-\", \"c\"]")]
    [InlineData("[{{ ' a '.strip() }}] [{{ 'xyax'.strip('xy') }}] [{{ ' a '.lstrip() }}] [{{ '\n a'.lstrip('\n') }}] [{{ 'a\n '.rstrip('\n') }}]", "[a] [a] [a ] [ a] [a\n ]")]
    [InlineData("{{ 'abc'.startswith('ab') }} {{ 'abc'.startswith(('x', 'a')) }} {{ 'abc'.endswith('bc') }} {{ 'abc'.endswith('x') }}", "true true true false")]
    [InlineData("{{ 'aXbX'.replace('X', '') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'abc'.replace('', '-') }} {{ 'a'.upper() }} {{ 'A'.lower() }}", "ab bba -a-b-c- A a")]
    [InlineData("{{ 'hello wORLD'.title() }} {{ 'hELLO'.capitalize() }} {{ 'abcb'.find('b') }} {{ 'abcb'.rfind('b') }} {{ 'abc'.find('x') }} {{ 'abcb'.count('b') }} {{ 'abc'.index('c') }}",
        "Hello World Hello 1 3 -1 2 2")]
    [InlineData("{{ ', '.join(['a', 1]) }} {{ 'a\nb\r\nc'.splitlines() }} {{ 'xab'.removeprefix('x') }} {{ 'abx'.removesuffix('x') }}", "a, 1 [\"a\", \"b\", \"c\"] ab ab")]
    [InlineData("{{ '12'.isdigit() }} {{ 'a1'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ 'AB'.isupper() }} {{ ''.isdigit() }}", "true false true true true false")]
    [InlineData("{{ '{} {}'.format(1, 'a') }} {{ '{1}{0}{n}'.format(1, 2, n=3) }} {{ '{{{:.1f}}}'.format(2.25) }} {{ '{:>4}|{:<4}|{:^4}|{:04d}'.format('a', 'b', 'c', 7) }}",
        "1 a 213 {2.2}    a|b   | c  |0007")]
    [InlineData("{{ '%s=%5d' % ('a', 3) }} {{ '%s' % 'x' }}", "a=    3 x")]
    public void Texts(string source, string expected) => Assert.Equal(expected, Rendering.Text(source));

    [Theory]
    [InlineData("{{ d.get('a') }} {{ d.get('q') }}| {{ d.get('q', 5) }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.items()|list }}", "1 | 5 [\"a\", \"items\"] [1, 2] [[\"a\", 1], [\"items\", 2]]")]
    [InlineData("{{ d.items }} {{ d['items'] }} {{ {'a': 1}.items is callable }} {{ [1, 2].index(2) }} {{ [1, 1].count(1) }} {{ [1, 2].length }}", "2 2 true 1 2 2")]
    public void Dictionaries_and_lists(string source, string expected) => Assert.Equal(expected, Rendering.Text(source, """{"d": {"a": 1, "items": 2}}"""));

    [Theory]
    [InlineData("{{ 'a'.split('') }}")]
    [InlineData("{{ 'a'.index('x') }}")]
    [InlineData("{{ '{}'.format() }}")]
    [InlineData("{{ '{'.format(1) }}")]
    [InlineData("{{ '{:q}'.format(1) }}")]
    [InlineData("{{ '%d' % 'a' }}")]
    [InlineData("{{ '%s' % () }}")]
    [InlineData("{{ [].pop() }}")]
    [InlineData("{{ '{'|from_json }}")]
    [InlineData("{{ '\"\\\\ud800\"'|from_json }}")]
    [InlineData("{{ ('\"' ~ '😀'[0] ~ '\"')|from_json }}")]
    [InlineData("{{ '%d' % ((-1) ** 0.5) }}")]
    public void What_cannot_be_done_is_an_operation_that_failed(string source) => Assert.Equal(JinjaErrorKind.Operation, Rendering.Failure(source).Kind);
}
