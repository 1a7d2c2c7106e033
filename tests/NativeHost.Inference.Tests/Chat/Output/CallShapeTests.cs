using System.Text;
using System.Text.Json;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Chat.Output;
using Xunit;

namespace NativeHost.Inference.Tests.Chat.Output;

/// <summary>What a shape makes a model write, the parser of the same style reads as calls.</summary>
public class CallShapeTests
{
    public static TheoryData<string> Styles { get; } = [.. CallStyles.All.Append(CallStyles.Generic).Select(style => style.Name)];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Calls_of_a_shape_are_read(string name)
    {
        var style = Folded.Style(name);
        var random = new Random(11);
        var severalCalls = false;

        for (var i = 0; i < 15; i++)
        {
            var shape = CallShape.For(style, Folded.Tools, isParallel: true, "");
            var output = Write(shape.Whole, random);
            var folded = Folded.Parse(new OutputFormat(style, null), output);

            Assert.True(folded.Content.Length == 0, $"{folded.Content} is left of {output}");
            Assert.NotEmpty(folded.Calls);
            Assert.All(folded.Calls, call => Assert.True(call.IsComplete && call.Name is "get_weather" or "now", $"{call} of {output}"));
            Assert.All(folded.Calls.Where(call => call.Name == "get_weather"), call => Assert.Equal(JsonValueKind.String, Place(call)));
            severalCalls |= folded.Calls.Count > 1;
        }

        Assert.Equal(style.Grammars[0].Layout.Separator is not null, severalCalls);
    }

    [Theory]
    [InlineData("hermes", "<tool_call>")]
    [InlineData("mistral", "[TOOL_CALLS]")]
    [InlineData("kimi-k2", "<|tool_calls_section_begin|>")]
    [InlineData("qwen3-coder", "<tool_call>")]
    [InlineData("gemma-4", "<|tool_call>")]
    [InlineData("llama-3", null)]
    public void Free_calling_waits_for_what_begins_calls(string name, string? trigger)
    {
        var shape = CallShape.For(Folded.Style(name), Folded.Tools, isParallel: false, "");

        Assert.Equal(trigger, shape.Trigger);
        if (trigger is not null)
        {
            var folded = Folded.Parse(name, "I look. " + trigger + Write(shape.AfterTrigger!, new Random(3)));
            Assert.Equal("I look.", folded.Content);
            Assert.Single(folded.Calls);
        }
    }

    [Fact]
    public void One_tool_may_be_named()
    {
        var shape = CallShape.For(Folded.Style("hermes"), [Folded.Tools[1]], isParallel: false, "");

        Assert.Equal("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>", Write(shape.Whole, new Random(1)));
    }

    [Fact]
    public void A_call_that_the_prompt_begins_goes_on_from_there()
    {
        var style = Folded.Style("functionary-3.2");
        var shape = CallShape.For(style, [Folded.Tools[1]], isParallel: false, "assistant\n\n>>>");

        Assert.Equal("now\n{}", Write(shape.Whole, new Random(1)));
        Assert.Null(shape.Trigger);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "<think>\n")]
    public void Calls_that_must_come_leave_room_for_reasoning(bool isReasoning, string prompt)
    {
        var format = new OutputFormat(Folded.Style("hermes"), ReasoningStyle.All[^1]);
        var shape = CallShape.For(format.Calls!, Folded.Tools, isParallel: false, prompt).Required(format.Reasoning, isReasoning);

        for (var i = 0; i < 20; i++)
        {
            var output = Write(shape, new Random(i));
            var folded = Folded.Parse(format, output, prompt: isReasoning ? "<think>\n" : "");
            Assert.Equal("", folded.Content);
            Assert.Single(folded.Calls);
        }
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void A_parameter_comes_once_at_most_and_none_needs_come(string name)
    {
        var tool = new ToolDefinition(
            "x", null, """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":{"type":"boolean"}}}""");
        var shape = CallShape.For(Folded.Style(name), [tool], isParallel: false, "");
        var seen = new HashSet<string>();

        for (var i = 0; i < 20; i++)
        {
            var output = Write(shape.Whole, new Random(i));
            var call = Assert.Single(Folded.Parse(new OutputFormat(Folded.Style(name), null), output, [tool]).Calls);
            using var arguments = JsonDocument.Parse(call.Arguments);
            var keys = string.Concat(arguments.RootElement.EnumerateObject().Select(property => property.Name));
            Assert.Equal(string.Concat(keys.Order().Distinct()), keys);
            seen.Add(keys);
        }

        Assert.Contains("", seen);
        Assert.True(seen.Count > 2, string.Join(',', seen));
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void A_tool_whose_schema_cannot_be_read_has_a_shape_all_the_same(string name)
    {
        foreach (var schema in (string?[])[null, "{", "[]", "{\"properties\": 3}", "{\"properties\": {\"a\": true}, \"required\": \"a\"}"])
        {
            Assert.NotNull(CallShape.For(Folded.Style(name), [new ToolDefinition("x", null, schema)], isParallel: true, ""));
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("{", null)]
    [InlineData("{}", null)]
    [InlineData("{\"properties\": {}}", "{\"type\": \"object\", \"properties\": {}}")]
    [InlineData("{\"type\": \"object\"}", "{\"type\": \"object\"}")]
    public void Arguments_are_an_object(string? schema, string? expected)
    {
        Assert.Equal(expected, ToolSet.ArgumentsSchemaOf(new ToolDefinition("x", null, schema)));
    }

    [Fact]
    public void A_parameter_takes_along_what_it_refers_to()
    {
        var tool = new ToolDefinition("x", null, """{"properties": {"a": {"$ref": "#/$defs/b"}, "c": {"type": "string"}}, "$defs": {"b": {"type": "number"}}}""");

        Assert.Equal(
            ["""{"$defs": {"b": {"type": "number"}}, "$ref": "#/$defs/b"}""", """{"type": "string"}"""],
            ToolSet.ParametersOf(tool).Select(parameter => parameter.Schema));
    }

    private static JsonValueKind Place(FoldedCall call)
    {
        using var arguments = JsonDocument.Parse(call.Arguments);
        return arguments.RootElement.TryGetProperty("place", out var place) ? place.ValueKind : JsonValueKind.Undefined;
    }

    /// <summary>A text of a shape.</summary>
    private static string Write(ShapePart part, Random random) => part switch
    {
        ShapePart.Literal literal => literal.Text,
        ShapePart.Json json => Value(json.Schema, random),
        ShapePart.TextUntil text => "a1" + text.End,
        ShapePart.Sequence sequence => string.Concat(sequence.Parts.Select(one => Write(one, random))),
        ShapePart.Choice choice => Write(choice.Parts[random.Next(choice.Parts.Count)], random),
        ShapePart.Optional optional => random.Next(2) == 0 ? "" : Write(optional.Part, random),
        ShapePart.Repeated repeated => string.Join(repeated.Separator, Enumerable.Range(0, random.Next(1, 4)).Select(_ => Write(repeated.Part, random))),
        _ => throw new InvalidOperationException(),
    };

    private static string Value(string? schema, Random random)
    {
        using var document = JsonDocument.Parse(schema ?? "{}");
        var type = document.RootElement.TryGetProperty("type", out var one) && one.ValueKind == JsonValueKind.String ? one.GetString() : "object";
        if (type != "object" || !document.RootElement.TryGetProperty("properties", out var properties))
        {
            return type switch { "string" => "\"te, x)t\"", "integer" => "3", "number" => "-1.5", "boolean" => "true", "array" => "[\"a\", \"b\"]", _ => "{}" };
        }

        var text = new StringBuilder();
        foreach (var property in properties.EnumerateObject().Where(property => property.Name == "place" || random.Next(2) == 0))
        {
            text.Append(text.Length == 0 ? "" : ", ").Append('"').Append(property.Name).Append("\": ").Append(Value(property.Value.GetRawText(), random));
        }

        return $"{{{text}}}";
    }
}
