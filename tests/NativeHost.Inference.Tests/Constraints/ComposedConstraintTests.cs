using System.Text.Json;
using NativeHost.Inference.Constraints;
using Xunit;

namespace NativeHost.Inference.Tests.Constraints;

/// <summary>Constraints that are put together of others, as tool calls are.</summary>
public sealed class ComposedConstraintTests
{
    private static readonly ConstraintSpec ToolCall = new SequenceSpec(
        [new LiteralSpec("\n{\"name\": \"add\", \"arguments\": "), new JsonSchemaSpec("""{"properties":{"a":{"type":"integer"}},"required":["a"]}"""), new LiteralSpec("}\n</tool_call>")]);

    private static readonly UntilSpec MayCall = new([new("<tool_call>", ToolCall)], MayEnd: true);

    [Fact]
    public void Text_is_free_until_a_trigger_and_bound_behind_it()
    {
        Assert.True(Constrained.Allows(MayCall, "No call, a < b <tool_cal> and <tool_ <tool_."));
        Assert.True(Constrained.Allows(MayCall, ""));
        Assert.True(Constrained.Allows(MayCall, "Well <<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\":3}}\n</tool_call>"));
        Assert.False(Constrained.Begins(MayCall, "Well <tool_call>{"));
        Assert.False(Constrained.Allows(MayCall, "Well <tool_call>\n{"));
        Assert.False(Constrained.Begins(MayCall, "<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\":3}}\n</tool_call>x"));
    }

    [Fact]
    public void What_has_to_come_after_thinking_comes_before_the_end()
    {
        var spec = new UntilSpec([new("</think>", new SequenceSpec([new LiteralSpec("\n"), new ChoicesSpec(["yes", "no"])]))], MayEnd: false);

        Assert.True(Constrained.Allows(spec, "hm <think> hm</think>\nyes"));
        Assert.False(Constrained.Allows(spec, "hm"));
        Assert.False(Constrained.Begins(spec, "hm</think>\nmaybe"));
    }

    [Fact]
    public void Of_several_triggers_the_first_in_the_text_counts()
    {
        var spec = new UntilSpec([new("abab", new LiteralSpec("1")), new("bac", new LiteralSpec("2")), new("xabaz", new LiteralSpec("3"))], MayEnd: false);

        Assert.True(Constrained.Allows(spec, "ababab1") is false);
        Assert.True(Constrained.Allows(spec, "abab1"));
        Assert.True(Constrained.Allows(spec, "xxabac2"));
        Assert.True(Constrained.Allows(spec, "xxabaz3"));
        Assert.True(Constrained.Allows(spec, "xabab1"));
    }

    [Fact]
    public void Control_tokens_come_only_where_they_are_asked_for()
    {
        var call = Constrained.Tokenizer.TokenOf(Constrained.Call);
        var think = Constrained.Tokenizer.TokenOf("<think>");
        var end = Constrained.Tokenizer.TokenOf(ByteTokenizer.End);
        var state = Constrained.Compile(new SequenceSpec([new LiteralSpec("a"), new ControlSpec(Constrained.Call), new LiteralSpec("b")])).Start();

        Assert.False(state.Accept(call));
        Assert.True(state.Accept(new Token('a')));
        Assert.Equal([call], Constrained.CheckMask(state));
        Assert.True(state.Accept(call));
        Assert.False(state.Accept(call));
        Assert.Equal([new Token('b')], Constrained.CheckMask(state));
        Assert.False(state.Accept(end));
        Assert.True(state.Accept(new Token('b')));
        Assert.True(state.IsFinished);
        Assert.True(state.Accept(end));

        var free = Constrained.Compile(new UntilSpec([new(Constrained.Call, new LiteralSpec("x"))], MayEnd: true)).Start();
        Assert.Equal(Constrained.Tokenizer.VocabularySize, Constrained.CheckMask(free).Count);
        Assert.True(free.Accept(think));
        Assert.True(free.Copy().Accept(end));
        Assert.True(free.Accept(call));
        Assert.Equal([new Token('x')], Constrained.CheckMask(free));
    }

    [Fact]
    public void Control_tokens_that_are_asked_for_elsewhere_may_come_in_free_text_too()
    {
        var call = Constrained.Tokenizer.TokenOf(Constrained.Call);
        var elsewhere = Constrained.Compile(new UntilSpec([new("x", new ControlSpec(Constrained.Call))], MayEnd: false)).Start();
        var never = Constrained.Compile(new UntilSpec([new(Constrained.Call, new RegexSpec("[]"))], MayEnd: true)).Start();

        Assert.Contains(call, Constrained.CheckMask(elsewhere));
        Assert.DoesNotContain(call, Constrained.CheckMask(never));
    }

    [Fact]
    public void A_control_token_that_is_a_trigger_elsewhere_is_free_where_it_is_none()
    {
        var call = Constrained.Tokenizer.TokenOf(Constrained.Call);
        var calls = new UntilSpec([new(Constrained.Call, new LiteralSpec("x"))], MayEnd: true);
        var state = Constrained.Compile(new UntilSpec([new("</think>", calls)], MayEnd: false)).Start();

        Assert.Contains(call, Constrained.CheckMask(state));
        Assert.True(state.Accept(call));
        Assert.True(state.Accept(new Token('a')));
        Assert.True("</think>".All(value => state.Accept(new Token(value))));
        Assert.True(state.Accept(call));
        Assert.Equal([new Token('x')], Constrained.CheckMask(state));
    }

    [Fact]
    public void Control_text_that_is_no_token_is_spelled() => Assert.True(Constrained.Allows(new ControlSpec("[NONE]"), "[NONE]"));

    [Fact]
    public void Parts_are_repeated_and_chosen_from()
    {
        var spec = new RepeatSpec(new AlternativesSpec([new RegexSpec("[a-c]"), new LiteralSpec("-")]), 2, 3);

        Assert.True(Constrained.Allows(spec, "a-"));
        Assert.True(Constrained.Allows(spec, "a-c"));
        Assert.False(Constrained.Allows(spec, "a"));
        Assert.False(Constrained.Begins(spec, "aaaa"));
    }

    [Fact]
    public void Masks_are_what_each_token_by_itself_does()
    {
        var random = new Random(1);
        ConstraintSpec[] specs =
        [
            MayCall,
            new UntilSpec([new("\"a", new LiteralSpec("1")), new("b", new JsonValueSpec(true)), new(Constrained.Call, MayCall)], MayEnd: false),
            new RepeatSpec(new UntilSpec([new(": ", new ChoicesSpec(["abc", "ab", "\"a\"", "ä€"]))], MayEnd: false), 0, null),
            new SequenceSpec([new JsonValueSpec(false), new UntilSpec([], true)]),
        ];
        foreach (var spec in specs)
        {
            for (var round = 0; round < 10; round++)
            {
                var state = Constrained.Compile(spec).Start();
                for (var i = 0; i < 30 && !state.IsFinished; i++)
                {
                    var allowed = Constrained.CheckMask(state);
                    Assert.True(state.Accept(allowed[random.Next(allowed.Count)]));
                }
            }
        }
    }

    [Fact]
    public void It_goes_to_another_process_as_json()
    {
        ConstraintSpec spec = new SequenceSpec([MayCall, new RepeatSpec(new RegexSpec("a"), 1, null), new ChoicesSpec(["b"]), new GrammarSpec("root ::= \"c\""), new JsonValueSpec(true), new ControlSpec("d")]);

        var json = JsonSerializer.Serialize(spec, ConstraintSpecJson.Default.ConstraintSpec);
        var copy = JsonSerializer.Deserialize(json, ConstraintSpecJson.Default.ConstraintSpec);

        Assert.Equal(json, JsonSerializer.Serialize(copy, ConstraintSpecJson.Default.ConstraintSpec));
        Assert.Same(Constrained.Compile(spec), Constrained.Compile(copy!));
        Assert.Contains("\"kind\":\"until\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_makes_no_sense_is_refused(ConstraintSpec spec, string reason) =>
        Assert.Contains(reason, Assert.Throws<ConstraintException>(() => Constrained.Compile(spec)).Message, StringComparison.Ordinal);

    public static TheoryData<ConstraintSpec, string> Wrong => new()
    {
        { new ChoicesSpec([]), "nothing to choose from" },
        { new AlternativesSpec([]), "nothing to choose from" },
        { new UntilSpec([new("", new LiteralSpec("a"))], true), "no text" },
        { new RepeatSpec(new LiteralSpec("a"), 3, 2), "is none" },
        { new LiteralSpec(""), "Nothing but the empty text" },
        { Enumerable.Range(0, 200).Aggregate((ConstraintSpec)new LiteralSpec("a"), (inner, _) => new SequenceSpec([inner])), "nested too deep" },
    };
}
