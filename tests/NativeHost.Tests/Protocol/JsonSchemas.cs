using System.Text.Json.Nodes;

namespace NativeHost.Tests.Protocol;

/// <summary>The protocol as JSON Schema (draft 2020-12): a file for each action, and one for what they share.</summary>
/// <param name="isClosed">
/// Whether fields that are not told of are faults. For the host's own tests; clients have to ignore fields that they do not know.
/// </param>
internal sealed class JsonSchemas(ProtocolModel model, bool isClosed)
{
    /// <summary>What actions share.</summary>
    public const string SharedFile = "shared.json";

    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private readonly Dictionary<string, WireShape> _shared = [];

    /// <summary>The files' texts, by their names.</summary>
    public IReadOnlyDictionary<string, JsonObject> Files()
    {
        var files = model.Actions.ToDictionary(action => $"{action.Name}.json", FileOf);
        files.Add(SharedFile, Shared());
        return files;
    }

    private JsonObject FileOf(WireAction action)
    {
        var parts = new JsonObject { ["request"] = RequestOf(action), ["success"] = SuccessOf(action), ["error"] = ErrorOf(action) };
        if (action.Events.Count > 0)
        {
            parts["event"] = new JsonObject { ["anyOf"] = new JsonArray([.. action.Events.Select(type => RefTo(type.Name))]) };
        }

        return new JsonObject
        {
            ["$schema"] = Dialect,
            ["$id"] = $"{action.Name}.json",
            ["title"] = action.Name,
            ["description"] = action.Request.Meaning,
            ["anyOf"] = new JsonArray([.. parts.Select(part => new JsonObject { ["$ref"] = $"#/$defs/{part.Key}" })]),
            ["$defs"] = parts,
        };
    }

    private JsonObject RequestOf(WireAction action)
    {
        var request = new JsonObject
        {
            ["allOf"] = new JsonArray([RefTo(model.Head), .. action.Request.Also.Select(RefTo)]),
            ["properties"] = PropertiesOf([Constant("action", action.Name), .. action.Request.Fields]),
        };
        Require(request, action.Request.Fields.Where(field => field.IsRequired).Select(field => field.Name));
        foreach (var needed in action.Request.Needs)
        {
            var names = needed.SelectMany(field => field.Synonyms.Prepend(field.Name));
            request["allOf"]!.AsArray().Add((JsonNode)new JsonObject
            {
                ["anyOf"] = new JsonArray([.. names.Select(name => new JsonObject { ["required"] = new JsonArray(name) })]),
            });
        }

        return request;
    }

    private JsonObject SuccessOf(WireAction action)
    {
        List<WireField> fields = [Constant("status", "success"), .. action.Reply.Fields];
        if (action.Types.Count > 0)
        {
            fields.Insert(1, new WireField("type", new WireType.Words(action.Types), "", true, false, null, []));
        }

        return Closed(FinalOf(fields));
    }

    private JsonObject ErrorOf(WireAction action)
        => action.ErrorType is null ? RefTo("ErrorReply") : new JsonObject
        {
            ["allOf"] = new JsonArray(RefTo("ErrorReply")),
            ["properties"] = PropertiesOf([Constant("type", action.ErrorType)]),
            ["required"] = new JsonArray("type"),
        };

    private JsonObject FinalOf(IReadOnlyList<WireField> fields)
    {
        var frame = new JsonObject { ["allOf"] = new JsonArray(RefTo(model.Final)), ["properties"] = PropertiesOf(fields) };
        Require(frame, fields.Where(field => field.IsRequired).Select(field => field.Name));
        return frame;
    }

    private JsonObject Shared()
    {
        var definitions = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal)
        {
            [model.Head.Name] = SchemaOf(model.Head),
            [model.Final.Name] = SchemaOf(model.Final),
            ["ErrorReply"] = ErrorReply(),
        };
        foreach (var settings in model.Settings)
        {
            definitions[settings.Name] = SchemaOf(settings);
        }

        foreach (var type in model.Events)
        {
            var frame = new JsonObject
            {
                ["description"] = type.Meaning,
                ["type"] = "object",
                ["properties"] = PropertiesOf(
                [
                    new WireField("requestId", new WireType.Id(), "", false, false, null, []),
                    Constant("type", type.Type),
                    new WireField("payload", new WireType.Object(type.Payload), "", true, false, null, []),
                ]),
            };
            Require(frame, ["type", "payload"]);
            frame["not"] = new JsonObject { ["required"] = new JsonArray("status") };
            definitions[type.Name] = Closed(frame);
        }

        // Shapes name others while they are written.
        while (_shared.Values.FirstOrDefault(shape => !definitions.ContainsKey(shape.Name)) is { } next)
        {
            definitions[next.Name] = Closed(SchemaOf(next));
        }

        return new JsonObject
        {
            ["$schema"] = Dialect,
            ["$id"] = SharedFile,
            ["title"] = "What messages of several actions share",
            ["$defs"] = new JsonObject(definitions.Select(definition => KeyValuePair.Create(definition.Key, (JsonNode?)definition.Value))),
        };
    }

    private JsonObject ErrorReply()
    {
        var common = model.Final.Fields.Select(field => field.Name).ToHashSet();
        return Closed(FinalOf(
        [
            new WireField("status", new WireType.Words(["error", "auth_required"]), "", true, false, null, []),
            .. model.Error.Fields.Where(field => !common.Contains(field.Name)),
        ]));
    }

    private JsonObject Closed(JsonObject schema)
    {
        if (isClosed)
        {
            schema["unevaluatedProperties"] = false;
        }

        return schema;
    }

    private JsonObject SchemaOf(WireShape shape)
    {
        var schema = new JsonObject();
        if (shape.Meaning.Length > 0)
        {
            schema["description"] = shape.Meaning;
        }

        schema["type"] = "object";
        schema["properties"] = PropertiesOf(shape.Fields);
        Require(schema, shape.Fields.Where(field => field.IsRequired).Select(field => field.Name));
        return schema;
    }

    private static void Require(JsonObject schema, IEnumerable<string> names)
    {
        JsonNode?[] required = [.. names.Select(name => JsonValue.Create(name))];
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
        }
    }

    private JsonObject PropertiesOf(IEnumerable<WireField> fields)
    {
        var properties = new JsonObject();
        foreach (var field in fields)
        {
            properties[field.Name] = SchemaOf(field);
            foreach (var synonym in field.Synonyms)
            {
                var another = TypeOf(field);
                another["description"] = $"Another name of {field.Name}.";
                properties[synonym] = another;
            }
        }

        return properties;
    }

    private JsonObject SchemaOf(WireField field)
    {
        var schema = TypeOf(field);
        if (field.Meaning.Length > 0)
        {
            schema["description"] = field.Meaning;
        }

        if (field.Default is { } value)
        {
            schema["default"] = JsonNode.Parse(value);
        }

        return schema;
    }

    private JsonObject TypeOf(WireField field)
    {
        var schema = TypeOf(field.Type);
        if (!field.IsNullable || field.Type is WireType.Any)
        {
            return schema;
        }

        switch (schema["type"])
        {
            case JsonArray types:
                types.Add((JsonNode)JsonValue.Create("null"));
                return schema;
            case JsonValue type when schema["enum"] is null:
                schema["type"] = new JsonArray(type.DeepClone(), "null");
                return schema;
            default:
                return new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) };
        }
    }

    private JsonObject TypeOf(WireType type) => type switch
    {
        WireType.Text => new JsonObject { ["type"] = "string" },
        WireType.Time => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        WireType.Words { Values: [var only] } => new JsonObject { ["const"] = only },
        WireType.Words words => new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. words.Values.Select(word => JsonValue.Create(word))]) },
        WireType.Integer number => NumberOf("integer", number.Least, number.Most, number.Also, number.AsText),
        WireType.Number number => NumberOf("number", number.Least, number.Most, number.Also, number.AsText),
        WireType.Flag { IsLenient: true } => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "boolean" },
                new JsonObject { ["enum"] = new JsonArray(0, 1, "true", "yes", "1", "false", "no", "0") }),
        },
        WireType.Flag => new JsonObject { ["type"] = "boolean" },
        WireType.Vector => new JsonObject { ["type"] = new JsonArray("array", "string"), ["items"] = new JsonObject { ["type"] = "number" } },
        WireType.Texts { Most: null } => new JsonObject { ["type"] = new JsonArray("string", "array"), ["items"] = new JsonObject { ["type"] = "string" } },
        WireType.Texts texts => new JsonObject
        {
            ["type"] = new JsonArray("string", "array"),
            ["minLength"] = 1,
            ["maxLength"] = texts.MostLength,
            ["maxItems"] = texts.Most,
            ["items"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = texts.MostLength },
        },
        WireType.Id => new JsonObject { ["type"] = new JsonArray("string", "integer") },
        WireType.Any => [],
        WireType.List { OfNullable: true } list
            => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["anyOf"] = new JsonArray(TypeOf(list.Of), new JsonObject { ["type"] = "null" }) } },
        WireType.List list => new JsonObject { ["type"] = "array", ["items"] = TypeOf(list.Of) },
        WireType.Map map => new JsonObject { ["type"] = "object", ["additionalProperties"] = TypeOf(map.Of) },
        WireType.Object { Shape: var shape } => RefTo(shape),
        WireType.AllOf all => new JsonObject { ["type"] = "object", ["allOf"] = new JsonArray([.. all.Shapes.Select(RefTo)]) },
        _ => throw new NotSupportedException(type.ToString()),
    };

    private static JsonObject NumberOf(string kind, double? least, double? most, double? also, bool asText)
    {
        var schema = new JsonObject { ["type"] = asText ? new JsonArray(kind, "string") : kind };
        if (least is { } from)
        {
            schema["minimum"] = from;
        }

        if (most is { } to)
        {
            schema["maximum"] = to;
        }

        return also is { } other ? new JsonObject { ["anyOf"] = new JsonArray(schema, new JsonObject { ["const"] = other }) } : schema;
    }

    private static WireField Constant(string name, string value) => new(name, new WireType.Words([value]), "", true, false, null, []);

    private JsonObject RefTo(WireShape shape)
    {
        _shared[shape.Name] = shape;
        return RefTo(shape.Name);
    }

    private static JsonObject RefTo(string name) => new() { ["$ref"] = $"{SharedFile}#/$defs/{name}" };
}
