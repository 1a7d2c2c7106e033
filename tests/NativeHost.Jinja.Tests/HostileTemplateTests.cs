using System.Diagnostics;
using System.Globalization;
using NativeHost.Jinja.Tests.Oracle;
using Xunit;

namespace NativeHost.Jinja.Tests;

/// <summary>A template is foreign code: whatever it does ends with a text or an exception of ours, soon and with little memory.</summary>
public sealed class HostileTemplateTests
{
    /// <summary>Far more than any of them needs here; without a bound they would need hours.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What a rendering may allocate, kept or not.</summary>
    private const long MaxAllocatedBytes = 1_500_000_000;

    private const string Json = """{"x": "aaaaaaaaaaaaaaaa", "d": {"a": 1}}""";

    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}")]
    [InlineData("{% for i in [[1]] recursive %}{{ loop([i]) }}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s|upper %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = ns.l + ns.l %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}")]
    [InlineData("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(100) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ ns.l == ns.m }}")]
    [InlineData("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(90) %}{% set ns.l = {'a': ns.l, 'b': ns.l} %}{% set ns.m = {'a': ns.m, 'b': ns.m} %}{% endfor %}{{ ns.l == ns.m }}")]
    [InlineData("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(90) %}{% set ns.l = [ns.l, ns.l] %}{% set ns.m = [ns.m, ns.m] %}{% endfor %}{{ [ns.l, ns.m]|sort }}")]
    [InlineData("{% set l = [] %}{% do l.append(l) %}{{ l }}")]
    [InlineData("{% set l = [] %}{% set m = [] %}{% do l.append(m) %}{% do m.append(l) %}{{ l == m }}")]
    [InlineData("{% set l = [] %}{% set m = [] %}{% do l.append(m) %}{% do m.append(l) %}{{ l < m }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.n = ns %}{{ ns }}")]
    [InlineData("{{ range(10 ** 12) }}")]
    [InlineData("{{ range(-9223372036854775807, 9223372036854775807) }}")]
    [InlineData("{{ 'a' * 10 ** 12 }}")]
    [InlineData("{{ [0] * 10 ** 12 }}")]
    [InlineData("{{ (x * 100000) * 100000 }}")]
    [InlineData("{{ 'a'|center(10 ** 9) }}")]
    [InlineData("{{ 'a'|indent(10 ** 9) }}")]
    [InlineData("{{ '%1000000000d' % 1 }}")]
    [InlineData("{{ '{:>1000000000}'.format(1) }}")]
    [InlineData("{{ '%.1000000000f' % 1 }}")]
    [InlineData("{{ [1]|batch(10 ** 9, 0)|list }}")]
    [InlineData("{{ [1]|slice(10 ** 9)|list }}")]
    [InlineData("{{ (x * 10000).replace('a', x * 10000) }}")]
    [InlineData("{{ (x * 10000)|join(x * 10000) }}")]
    [InlineData("{{ range(100000)|unique|list }}")]
    [InlineData("{{ [range(100000), 1] in [[range(100000), 2]] * 100000 }}")]
    [InlineData("{% set s = x * 50000 %}{% for i in range(100000) %}{{ s.count('b') }}{% endfor %}")]
    [InlineData("{% set s = x * 50000 %}{% for i in range(100000) %}{{ s.strip('a') }}{{ s is lower }}{{ s|int }}{% endfor %}")]
    [InlineData("{% set s = x * 50000 %}{{ s.find(x * 20000 ~ 'b' ~ x * 20000) }}{{ s.count(x * 20000 ~ 'b' ~ x * 20000) }}")]
    [InlineData("{% set s = x * 50000 %}{% for i in range(100000) %}{% set t = s[1:] %}{% endfor %}")]
    [InlineData("{% set l = range(100000) %}{% for i in range(100000) %}{% set t = l[1:] %}{% endfor %}")]
    [InlineData("{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = ns.l + [range(100000)] %}{% endfor %}")]
    [InlineData("{% for i in range(100000) %}{% for j in range(100) %}{{ x }}{% endfor %}{% endfor %}")]
    [InlineData("{% for i in range(10000) %}{{ x * 100000 }}{% endfor %}")]
    [InlineData("{{ ((x[0] ~ '<') * 100000) * 100000 }}")]
    public void What_would_never_end_reaches_a_limit(string source)
    {
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());

        var failure = Rendering.Failure(source, Json);

        Assert.Equal(JinjaErrorKind.Limit, failure.Kind);
        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxAllocatedBytes, $"It allocated {allocated}.");
        TestContext.Current.SendDiagnosticMessage("{0:F0} ms, {1:F0} MB for {2}", watch.Elapsed.TotalMilliseconds, allocated / 1e6, source);
    }

    [Theory]
    [InlineData("{{ ((x ~ '<') * 100000)|list|length }}", "1700000")]
    [InlineData("{{ ((x[0] ~ '<') * 100000)[::-1]|length }}", "200000")]
    [InlineData("{{ 'a b'.rsplit(none, 9223372036854775807) }}{{ 'ab'|truncate(5, true, '...', -100) }}", "[\"a\", \"b\"]ab...")]
    [InlineData("{{ 'a b c'.split(' ', -9223372036854775807) }}{{ 'abc'[-9223372036854775807:9223372036854775807] }}", "[\"a\", \"b\", \"c\"]abc")]
    [InlineData("{{ (-9223372036854775807 - 1) % -1 }}{{ (-9223372036854775807 - 1) is divisibleby(-1) }}{{ -(-9223372036854775807 - 1) }}", "0true-9223372036854775808")]
    public void What_only_looks_hostile_is_rendered_soon(string source, string expected)
    {
        var watch = Stopwatch.StartNew();

        Assert.Equal(expected, Rendering.Text(source, Json));
        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData("{{ ", "(", 100_000)]
    [InlineData("{{ ", "[", 100_000)]
    [InlineData("{{ ", "{1:", 100_000)]
    [InlineData("{{ ", "not ", 100_000)]
    [InlineData("{{ ", "- ", 100_000)]
    [InlineData("{{ ", "a if ", 100_000)]
    [InlineData("{{ ", "a if b else ", 100_000)]
    [InlineData("{{ ", "f(", 100_000)]
    [InlineData("{{ ", "a[", 100_000)]
    [InlineData("", "{% if a %}", 100_000)]
    [InlineData("", "{% for a in b %}", 100_000)]
    [InlineData("", "{% macro a() %}", 100_000)]
    [InlineData("", "{% call a() %}", 100_000)]
    [InlineData("", "{% set a %}", 100_000)]
    [InlineData("", "{% if a %}{% else %}", 100_000)]
    [InlineData("", "{{", 100_000)]
    [InlineData("", "{#", 2_000_000)]
    [InlineData("", "a", RenderLimits.MaxSourceCharacters + 1)]
    public void A_source_that_nests_without_end_is_refused(string begin, string repeated, int times)
    {
        var watch = Stopwatch.StartNew();
        var source = begin + string.Concat(Enumerable.Repeat(repeated, times));

        var failure = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(source));

        Assert.Equal(JinjaErrorKind.Syntax, failure.Kind);
        Assert.True(watch.Elapsed < Patience, $"It took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData("{% macro m() %}{% if true %}{{ [m()] }}{% endif %}{% endmacro %}{{ m() }}", JinjaErrorKind.Limit)]
    [InlineData("{% set l = [] %}{% do l.append([{'a': l}]) %}{{ l|tojson }}", JinjaErrorKind.Limit)]
    [InlineData("((((((((", JinjaErrorKind.Syntax)]
    public void A_small_stack_is_not_used_up(string source, JinjaErrorKind expected)
    {
        // So deep that only the stack's end is in the way; the brackets stand for a hundred times as many.
        var limits = new RenderLimits { MaxDepth = int.MaxValue };
        var nested = expected == JinjaErrorKind.Syntax ? "{{ " + string.Concat(Enumerable.Repeat(source, 100)) : source;
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => JinjaTemplate.Parse(nested).Render(new JinjaDict(), limits, TimeProvider.System, CancellationToken.None)), 256 * 1024);

        thread.Start();
        thread.Join();

        Assert.Equal(expected, Assert.IsType<JinjaException>(failure).Kind);
    }

    [Fact]
    public void A_source_may_nest_as_deep_as_is_said()
    {
        // The statement around them is a level of its own.
        var most = RenderLimits.MaxSourceDepth - 1;
        static string Nested(int depth) => "{{ " + new string('(', depth - 1) + "1" + new string(')', depth - 1) + " }}";

        Assert.Equal("1", Rendering.Text(Nested(most)));
        Assert.Equal(JinjaErrorKind.Syntax, Rendering.Failure(Nested(most + 1)).Kind);
    }

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" or 0")]
    [InlineData("|string")]
    [InlineData(".a")]
    [InlineData("[0]")]
    [InlineData(" is string")]
    public void A_chain_without_end_reaches_a_limit(string repeated)
    {
        var failure = Rendering.Failure("{{ x" + string.Concat(Enumerable.Repeat(repeated, 100_000)) + " }}");

        Assert.Equal(JinjaErrorKind.Limit, failure.Kind);
    }

    [Fact]
    public void A_long_chain_of_branches_is_no_depth()
    {
        var branches = string.Concat(Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{% elif n == {i} %}}{i}")));

        Assert.Equal("9999", Rendering.Text("{% if false %}" + branches + "{% endif %}", """{"n": 9999}"""));
    }

    [Fact]
    public async Task Rendering_ends_when_it_is_cancelled()
    {
        var template = JinjaTemplate.Parse("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}");
        using var source = new CancellationTokenSource();
        var rendering = Task.Run(() => template.Render(new JinjaDict(), new RenderLimits { MaxSteps = int.MaxValue }, TimeProvider.System, source.Token), TestContext.Current.CancellationToken);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rendering.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        Assert.Equal(JinjaErrorKind.Limit, Rendering.Failure("{% for i in range(9) %}{{ i }}{% endfor %}", limits: new RenderLimits { MaxSteps = 20 }).Kind);
        Assert.Equal(JinjaErrorKind.Limit, Rendering.Failure("{{ ((1)) + 1 + 1 + 1 }}", limits: new RenderLimits { MaxDepth = 3 }).Kind);
        Assert.Equal(JinjaErrorKind.Limit, Rendering.Failure("0123456789", limits: new RenderLimits { MaxOutputCharacters = 9 }).Kind);
        Assert.Equal(JinjaErrorKind.Limit, Rendering.Failure("{% set a = 'abcdef' ~ 'g' %}", limits: new RenderLimits { MaxCharacters = 6 }).Kind);
        Assert.Equal(JinjaErrorKind.Limit, Rendering.Failure("{{ range(4) }}", limits: new RenderLimits { MaxRange = 3 }).Kind);
    }

    [Fact]
    public async Task Damaged_templates_give_a_text_or_an_exception_of_ours()
    {
        var limits = new RenderLimits { MaxSteps = 100_000, MaxCharacters = 2_000_000 };
        var templates = await ChatTemplates.AllAsync();
        var sets = MessageSets.Read();
        var random = new Random(20260305);
        var (texts, parsed, failed) = (0, 0, 0);
        var rounds = LongRun.Rounds(10_000, 200_000);
        for (var i = 0; i < rounds; i++)
        {
            var source = Damaged(templates[random.Next(templates.Count)].Value, templates[random.Next(templates.Count)].Value, random);
            try
            {
                var template = JinjaTemplate.Parse(source);
                parsed++;
                failed++;
                MessageSets.Render(template, sets[random.Next(sets.Count)].Value, limits);
                failed--;
                texts++;
            }
            catch (JinjaException e)
            {
                Assert.InRange(e.Line, 1, source.Count(character => character == '\n') + 1);
                Assert.True(e.Column >= 1);
            }
        }

        // Enough of each, or the damage is too small or too large to say something.
        Assert.True(texts > 500 && failed > 200 && rounds - parsed > 2_000, $"{texts} texts, {failed} failed, {rounds - parsed} were refused.");
    }

    /// <summary>A template with some characters, words or pieces changed, taken out, doubled or put in from another one.</summary>
    private static string Damaged(string source, string other, Random random)
    {
        string[] words = ["{{", "}}", "{%", "%}", "{#", "-", "|", "(", ")", "[", "]", "{", "'", "\"", " if ", " else ", " for ", "endfor", "\\", ".", "**", "~", " is ", "not ", "\ud83d", "loop", "9"];
        var damages = random.Next(1, 4);
        for (var i = 0; i < damages && source.Length > 1; i++)
        {
            var at = random.Next(source.Length);
            var length = Math.Min(random.Next(1, 12), source.Length - at);
            source = random.Next(5) switch
            {
                0 => source.Remove(at, length),
                1 => source.Insert(at, words[random.Next(words.Length)]),
                2 => source.Insert(random.Next(source.Length), source.Substring(at, length)),
                3 when other.Length > 60 => source.Insert(at, other.Substring(random.Next(other.Length - 60), random.Next(60))),
                _ => source.Remove(at, 1).Insert(at, ((char)random.Next(1, 0x2100)).ToString()),
            };
        }

        return source;
    }
}
