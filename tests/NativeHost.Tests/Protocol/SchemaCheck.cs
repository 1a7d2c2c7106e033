using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace NativeHost.Tests.Protocol;

/// <summary>Holds messages to the schemas.</summary>
internal sealed class SchemaCheck
{
    private static readonly Uri Base = new("https://schemas.test/");

    private readonly BuildOptions _options;
    private readonly Dictionary<string, JsonSchema> _parts = [];

    /// <param name="files">Schemas by their file names.</param>
    public SchemaCheck(IReadOnlyDictionary<string, JsonObject> files)
    {
        _options = new BuildOptions { SchemaRegistry = new SchemaRegistry() };
        foreach (var (name, schema) in files.OrderBy(file => file.Key != JsonSchemas.SharedFile))
        {
            JsonSchema.FromText(schema.ToJsonString(), _options, new Uri(Base, name));
        }
    }

    /// <summary>What is wrong with a message; null where nothing is.</summary>
    /// <param name="part">Of the action's schema: <c>request</c>, <c>success</c>, <c>error</c> or <c>event</c>.</param>
    public string? FaultOf(string action, string part, JsonNode message)
    {
        var name = $"{action}-{part}";
        if (!_parts.TryGetValue(name, out var schema))
        {
            _parts[name] = schema = JsonSchema.FromText($$"""{ "$ref": "{{action}}.json#/$defs/{{part}}" }""", _options, new Uri(Base, name));
        }

        using var document = JsonDocument.Parse(message.ToJsonString());
        var result = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? null
            : string.Join("\n", (result.Details ?? []).Where(detail => !detail.IsValid && detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Key}: {error.Value}")));
    }
}
