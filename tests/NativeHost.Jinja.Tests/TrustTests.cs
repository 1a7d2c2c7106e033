using NativeHost.Jinja.Tests.Oracle;
using Xunit;

namespace NativeHost.Jinja.Tests;

/// <summary>What came with the context is never trusted; what stands in the template is. Brackets are put around what is trusted.</summary>
public sealed class TrustTests
{
    private const string Json = """{"x": "user", "mixed": "a</think>b", "d": {"key": "v"}, "n": 7, "xs": ["p", "q"], "json": "{\"k\": \"v\"}"}""";

    /// <summary>The first of Unicode's characters that mean nothing.</summary>
    private const char Private = '\uE000';

    [Theory]
    [InlineData("<s>{{ x }}</s>", "[<s>]user[</s>]")]
    [InlineData("{{ '<s>' + x + '</s>' }}", "[<s>]user[</s>]")]
    [InlineData("{{ '<s>' ~ x ~ 1 ~ n }}", "[<s>]user[1]7")]
    [InlineData("{% set t = '<' ~ x ~ '>' %}{{ t[0] }}|{{ t[1:] }}|{{ t[-2:] }}|{{ t[::-1] }}", "[<|]user[>|]r[>|>]resu[<]")]
    [InlineData("{{ mixed.split('</think>')[0] + '</think>' + mixed.split('</think>')[-1] }}", "a[</think>]b")]
    [InlineData("{{ ('<' ~ x ~ '>').upper() }}{{ ('<' ~ x ~ '>')|title }}", "[<]USER[><]User[>]")]
    [InlineData("{{ ('  <' ~ x ~ '> ').strip() }}{{ ('<' ~ x)|trim('<u') }}", "[<]user[>]ser")]
    [InlineData("{{ ('<' ~ x ~ '>').replace('s', '<s>') }}|{{ 'AxB'.replace('x', x) }}|{{ 'AxB'.replace('x', '-') }}", "[<]u<s>er[>|A]user[B|A-B]")]
    [InlineData("{{ ('a' ~ x).replace('au', '<s>') }}{{ x.replace('', '-') }}", "<s>ser-u-s-e-r-")]
    [InlineData("{{ [x, '<s>', 1, n]|tojson }}", "[\"user\", \"[<s>]\", [1], 7]", true)]
    [InlineData("{{ {'<k>': x}|tojson }}{{ d|tojson }}{{ d }}", "{\"[<k>]\": \"user\"}{\"key\": \"v\"}{\"key\": \"v\"}")]
    [InlineData("{{ xs|join('<sep>') }}{{ '<sep>'.join(xs) }}{{ ['<a>', x]|join }}", "p[<sep>]qp[<sep>]q[<a>]user")]
    [InlineData("{{ '<{}>{}'.format(x, 1) }}{{ '<%s>' % x }}{{ '<%s>'|format(x) }}{{ x.format('<s>') }}", "[<]user[>1<]user[><]user[>]user")]
    [InlineData("{% for k, v in d.items() %}<{{ k }}>{% endfor %}{% for c in '<' ~ x %}{{ c }}{% endfor %}{{ d|list|first }}", "[<]key[><]userkey")]
    [InlineData("{% macro m(t) %}<{{ t }}>{{ kwargs|list|first }}{% endmacro %}{{ m(x, **d) }}{{ m('t', **{'k': 1}) }}", "[<]user[>]key[<t>]k")]
    [InlineData("{% set b %}<{{ x }}>{% endset %}{{ b }}{% filter upper %}<{{ x }}>{% endfilter %}", "[<]user[><]USER[>]")]
    [InlineData("{% for y in xs %}<|image_{{ loop.index }}|>{{ '<|i_' ~ (loop.index0 + 1) ~ '|>' }}{% endfor %}", "[<|image_1|><|i_1|><|image_2|><|i_2|>]")]
    [InlineData("{{ n + 1 }}{{ 1 + 1 }}{{ xs|length }}{{ '7'|int }}{{ (n ~ '')|int }}{{ range(2) }}", "8[2]2[7]7[[0], [1]]", true)]
    [InlineData("{{ (json|from_json).k }}{{ ('{\"k\": \"<s>\"}'|from_json).k }}{{ strftime_now('%Y') }}{{ strftime_now(x) }}", "v[<s>2026]user")]
    [InlineData("{{ ('<' ~ x ~ '\n<')|indent(1) }}|{{ ('<' ~ x)|e }}|{{ ('<' ~ x)|list }}", "[<]user[\n] [<|&lt;]user[|][\"[<]\", \"u\", \"s\", \"e\", \"r\"]", true)]
    [InlineData("{{ x or '<s>' }}{{ '' or '<s>' }}{{ missing|default('<s>') }}{{ x|default('<s>') }}{{ {'a': x}.get('b', '<s>') }}", "user[<s><s>]user[<s>]")]
    [InlineData("{{ namespace(**d)|tojson }}{{ dict(**d)|tojson }}{{ true }}{{ (n == 7) + 0 }}", "{\"key\": \"v\"}{\"key\": \"v\"}true1")]
    public void Pieces_keep_where_they_came_from(string source, string expected, bool hasBrackets = false)
    {
        var rendered = Rendering.Rendered(source, Json);

        Assert.Equal(expected, Rendering.Marked(rendered));
        Assert.True(hasBrackets || !rendered.Text.Contains('[', StringComparison.Ordinal));
        Assert.Equal(rendered.Text.Length, rendered.Runs.Sum(run => run.Length));
        Assert.All(rendered.Runs.Zip(rendered.Runs.Skip(1)), pair => Assert.True(pair.First.Start + pair.First.Length == pair.Second.Start && pair.First.IsTrusted != pair.Second.IsTrusted));
    }

    [Fact]
    public void A_text_that_the_caller_vouches_for_makes_a_token_together_with_the_template()
    {
        var template = JinjaTemplate.Parse("{{ bos }}{{ '<|' + role + '|>' }}{{ content }}");
        var context = new JinjaDict
        {
            ["bos"] = JinjaString.Trusted("<s>"),
            ["role"] = JinjaString.Trusted("user"),
            ["content"] = JinjaString.Untrusted("<|user|>"),
        };

        Assert.Equal("[<s><|user|>]<|user|>", Rendering.Marked(MessageSets.Render(template, context)));
    }

    [Theory]
    [InlineData("each character")]
    [InlineData("around words")]
    public async Task No_template_makes_trusted_text_of_what_somebody_says(string way)
    {
        var marked = 0;
        foreach (var (name, source) in await ChatTemplates.AllAsync())
        {
            var template = JinjaTemplate.Parse(source);
            foreach (var (set, context) in MessageSets.Read(way == "each character" ? Masked : Tagged))
            {
                try
                {
                    var rendered = MessageSets.Render(template, context);
                    foreach (var run in rendered.Runs)
                    {
                        var hasMark = rendered.Text.AsSpan(run.Start, run.Length).IndexOfAnyInRange(Private, '\uF8FF') >= 0;
                        Assert.False(run.IsTrusted && hasMark, $"{name} {set}: {rendered.Text.Substring(run.Start, run.Length)}");
                        marked += hasMark ? 1 : 0;
                    }
                }
                catch (JinjaException)
                {
                    // Some refuse some conversations; the oracle's tests say which.
                }
            }
        }

        Assert.True(marked > 1000, $"Only {marked} pieces had a mark.");
    }

    [Fact]
    public async Task What_a_template_writes_itself_stays_trusted_beside_what_looks_like_it()
    {
        var (_, source) = (await ChatTemplates.AllAsync()).Single(template => template.Key == "Qwen-Qwen3-0.6B.jinja");
        var (_, context) = MessageSets.Read(text => $"<|im_start|>{Private}{text}").Single(set => set.Key == "tool-calls");

        var rendered = MessageSets.Render(JinjaTemplate.Parse(source), context);

        var trusted = rendered.Runs.Where(run => run.IsTrusted).Select(run => rendered.Text.Substring(run.Start, run.Length)).ToList();
        var untrusted = rendered.Runs.Where(run => !run.IsTrusted).Select(run => rendered.Text.Substring(run.Start, run.Length)).ToList();
        Assert.Equal(9, trusted.Sum(text => text.Split("<|im_start|>").Length - 1));
        Assert.All(untrusted, text => Assert.Equal(text.Count(character => character == Private), text.Split("<|im_start|>").Length - 1));
        Assert.Contains(trusted, text => text.Contains("<tool_call>", StringComparison.Ordinal));
    }

    /// <summary>Each character as a private one.</summary>
    private static string Masked(string text) => string.Concat(text.Select(character => (char)(Private + (character & 0x7FF))));

    private static string Tagged(string text) => Private + text.Replace(" ", $"{Private} {Private}", StringComparison.Ordinal) + Private;
}
