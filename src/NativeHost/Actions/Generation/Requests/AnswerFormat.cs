using System.Text.Json;
using NativeHost.Inference.Constraints;
using NativeHost.Messages;

namespace NativeHost.Actions.Generation.Requests;

/// <summary>Reads what an answer has to look like.</summary>
internal static class AnswerFormat
{
    /// <returns>Null for anything.</returns>
    /// <exception cref="RequestException">It is malformed, or there are several.</exception>
    /// <exception cref="ConstraintException">It cannot be used.</exception>
    public static ConstraintSpec? Read(GenerateFields request)
    {
        WholeTexts.Check(request.JsonSchema, "json_schema");
        if (request.Choices?.Contains(null) == true)
        {
            throw RequestFields.Invalid("choices", "each of them is a text");
        }

        List<ConstraintSpec> given =
        [
            .. OfResponseFormat(WholeTexts.Check(request.ResponseFormat, "response_format")) is { } format ? (ConstraintSpec[])[format] : [],
            .. IsAbsent(request.JsonSchema) ? (ConstraintSpec[])[] : [new JsonSchemaSpec(request.JsonSchema.GetRawText())],
            .. request.Regex is null ? (ConstraintSpec[])[] : [new RegexSpec(request.Regex)],
            .. string.IsNullOrEmpty(request.Grammar) ? (ConstraintSpec[])[] : [new GrammarSpec(request.Grammar)],
            .. request.Choices is null ? (ConstraintSpec[])[] : [new ChoicesSpec([.. request.Choices.OfType<string>()])],
        ];
        if (given.Count > 1)
        {
            throw RequestFields.Invalid("response_format", "send one of response_format, json_schema, regex, grammar and choices");
        }

        if (given.Count == 1)
        {
            // Before a model is asked, or loaded.
            ConstraintCompiler.Check(given[0]);
        }

        return given.Count == 1 ? given[0] : null;
    }

    private static ConstraintSpec? OfResponseFormat(JsonElement format)
    {
        if (IsAbsent(format))
        {
            return null;
        }

        var type = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        switch (type)
        {
            case "text":
                return null;

            // llama-server's servers take a schema here too.
            case "json_object":
                return format.TryGetProperty("schema", out var schema) ? new JsonSchemaSpec(schema.GetRawText()) : new JsonValueSpec(IsObject: true);
            case "json_schema":
                var holder = format.TryGetProperty("json_schema", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : format;
                return holder.TryGetProperty("schema", out var given)
                    ? new JsonSchemaSpec(given.GetRawText())
                    : throw RequestFields.Invalid("response_format", "json_schema has an object with a schema");
            default:
                throw RequestFields.Invalid("response_format", """it is an object whose type is text, json_object or json_schema""");
        }
    }

    private static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
