using System.Text.Json.Nodes;

namespace NativeHost.Testing;

/// <summary>Random schemas of what is supported.</summary>
internal sealed class SchemaMaker(Random random)
{
    private static readonly string[] Names = ["a", "b", "name", "ab", "ä", "with space", "quote\"d", "value", "x/y", "id"];
    private static readonly string[] Formats = ["date", "time", "date-time", "uuid", "email", "hostname", "ipv4", "ipv6", "uri"];
    private static readonly string[] Patterns = ["^[a-c]{2,4}$", "^ab|^cd", "^[0-9]{3}", "^(x|y)+z?$", "^\\d+-\\d+$", "^[^a-z]{0,5}$", "^\"q\"$", "^\\\\$"];

    public JsonObject Root()
    {
        var schema = Schema(0);
        if (random.Next(6) == 0)
        {
            var node = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["value"] = Schema(2), ["next"] = new JsonObject { ["$ref"] = "#/$defs/node" } },
                ["required"] = new JsonArray("value"),
                ["additionalProperties"] = false,
            };
            return new JsonObject { ["$defs"] = new JsonObject { ["node"] = node }, ["type"] = "array", ["items"] = new JsonObject { ["$ref"] = "#/$defs/node" }, ["maxItems"] = 3 };
        }

        return schema;
    }

    private JsonObject Schema(int depth)
    {
        var schema = random.Next(depth > 2 ? 7 : 13) switch
        {
            0 => new JsonObject { ["type"] = "boolean" },
            1 => new JsonObject { ["enum"] = new JsonArray("one", 2, null, true, "dr\"ei", 4.5) },
            2 or 3 => Text(),
            4 => Whole(),
            5 => Number(),
            6 => new JsonObject { ["type"] = new JsonArray("null", "integer", "string") },
            7 or 8 => Array(depth),
            9 => new JsonObject { ["anyOf"] = new JsonArray(Schema(depth + 1), Schema(depth + 1)) },
            _ => Object(depth),
        };
        if (random.Next(4) == 0)
        {
            schema["description"] = "something";
        }

        return schema;
    }

    private JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(4))
        {
            case 0:
                schema["format"] = Formats[random.Next(Formats.Length)];
                break;
            case 1:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                break;
            case 2:
                var least = random.Next(20);
                schema["minLength"] = least;
                schema["maxLength"] = least + random.Next(30);
                break;
        }

        return schema;
    }

    private JsonObject Whole()
    {
        var schema = new JsonObject { ["type"] = "integer" };
        var least = random.Next(-2000, 2000);
        switch (random.Next(4))
        {
            case 0:
                schema["minimum"] = least;
                break;
            case 1:
                schema["exclusiveMaximum"] = least;
                break;
            case 2:
                schema["exclusiveMinimum"] = least;
                schema["maximum"] = least + 1 + random.Next(5000);
                break;
        }

        if (random.Next(4) == 0 && schema.Count < 3)
        {
            schema["multipleOf"] = 1 + random.Next(12);
        }

        return schema;
    }

    private JsonObject Number()
    {
        var schema = new JsonObject { ["type"] = "number" };
        var least = random.Next(-20000, 20000) / 100m;
        switch (random.Next(4))
        {
            case 0:
                schema["minimum"] = least;
                break;
            case 1:
                schema["exclusiveMaximum"] = least;
                break;
            case 2:
                schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = least;
                schema[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = least + (1m + random.Next(3000)) / 1000m;
                break;
        }

        return schema;
    }

    private JsonObject Array(int depth)
    {
        var schema = new JsonObject { ["type"] = "array" };
        if (random.Next(3) == 0)
        {
            schema["prefixItems"] = new JsonArray(Schema(depth + 1), Schema(depth + 1));
            schema["minItems"] = random.Next(3);
            schema["items"] = random.Next(2) == 0 ? false : Schema(depth + 1);
            return schema;
        }

        schema["items"] = Schema(depth + 1);
        var least = random.Next(4);
        schema["minItems"] = least;
        schema["maxItems"] = least + random.Next(4);
        return schema;
    }

    private JsonObject Object(int depth)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var name in Names.OrderBy(_ => random.Next()).Take(random.Next(5)))
        {
            properties[name] = Schema(depth + 1);
            if (random.Next(2) == 0)
            {
                required.Add((JsonNode)name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
        switch (random.Next(5))
        {
            case 0:
                schema["additionalProperties"] = false;
                break;
            case 1:
                schema["additionalProperties"] = Schema(depth + 1);
                break;
            case 2 when properties.Count == 0:
                schema["patternProperties"] = new JsonObject { ["^k[0-9]+$"] = Schema(depth + 1), ["^v"] = Schema(depth + 1) };
                schema["additionalProperties"] = false;
                break;
        }

        if (random.Next(5) == 0)
        {
            schema["allOf"] = new JsonArray(new JsonObject { ["properties"] = new JsonObject { ["extra"] = Text() }, ["required"] = new JsonArray("extra") });
            schema.Remove("additionalProperties");
            schema.Remove("patternProperties");
        }

        return schema;
    }
}
