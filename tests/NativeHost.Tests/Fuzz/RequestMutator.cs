using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Actions;

namespace NativeHost.Tests.Fuzz;

/// <summary>Makes requests that are nearly right: plausible fields, a few of which are then missing, doubled, or something else.</summary>
internal sealed class RequestMutator(int seed)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "2", "1.5", "-0", "1e999", "-1e999", "1e-999", "99999999999999999999", "-9223372036854775808", "NaN",
        "Infinity", "\"\"", "\" \"", "\"x\"", "\"-1\"", "\"NaN\"", "\"true\"", "\"1e9\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"",
        "\"../../../etc/passwd\"", "\"/a.gguf\"", "\"/missing.gguf\"", "\"owner/name:Q4_K_M\"", "\"https://example.com/owner/name\"", "\"con\"", "\"a\\nb\"",
        "[]", "{}", "[null]", "[1,\"a\",{}]", "{\"a\":1}", "{\"\":null}", "{\"role\":\"user\",\"content\":\"x\"}", "[{\"role\":\"user\"}]",
        "[{\"role\":null,\"content\":[]}]", "{\"temperature\":1e999}", "{\"top_k\":-5,\"stop\":[1]}", "{\"max_tokens\":\"9\"}", "{\"\\ud800\":1}",
        Nested("[", "]", 100), Nested("[", "]", 300), Nested("{\"a\":", "}", 100), Nested("{\"a\":", "}", 300), $"\"{new string('x', 20_000)}\"",
    ];

    private static readonly string[] Names =
    [
        "modelPath", "model", "settings", "messages", "prompt", "events", "namespace", "requestId", "request_id", "id", "force", "unknown", "",
        "\\ud800", "payload", "status", "type", "code", "temperature", "n_ctx", "offset", "limit", "targetRequestId", "streamId", "token",
    ];

    /// <summary>Fields of payloads in the later envelope, each with values that are right for some route.</summary>
    private static readonly (string Name, string[] Values)[] LaterFields =
    [
        ("model", ["\"/a.gguf\"", "\"owner/name\""]),
        ("model_path", ["\"/a.gguf\""]),
        ("repo_id", ["\"owner/name\"", "\"owner/name/file.gguf\""]),
        ("variant", ["\"Q4_K_M\""]),
        ("messages", ["[{\"role\":\"user\",\"content\":\"x\"}]"]),
        ("input", ["\"x\"", "[{\"role\":\"user\",\"content\":\"x\"}]", "[\"a\",\"b\"]"]),
        ("prompt", ["\"x\""]),
        ("settings", ["{\"temperature\":0.5}"]),
        ("temperature", ["0.5"]),
        ("max_tokens", ["2"]),
        ("stop", ["\"a\"", "[\"a\"]"]),
        ("context_length", ["2048"]),
        ("request_id", ["\"f1\""]),
        ("token", ["\"hf_x\""]),
        ("model_size_mb", ["100"]),
    ];

    private readonly Random _random = new(seed);

    /// <summary>A request of an action, of which something may be wrong.</summary>
    /// <param name="id">Echoed in the answer, where nothing is wrong with the head.</param>
    public string Next(string action, Type requestType, string id)
    {
        var fields = Plausible(requestType);
        fields.Insert(0, ("id", $"\"{id}\""));
        fields.Insert(0, ("action", $"\"{(_random.Next(20) == 0 ? action.ToUpperInvariant() : action)}\""));
        return Mutated(fields);
    }

    /// <summary>The payload of a request in the later envelope, of which something may be wrong.</summary>
    public string NextOfLater()
        => Mutated([("model", One("\"/a.gguf\"", "\"owner/name\"")), .. LaterFields.Where(_ => _random.Next(2) == 0).Select(field => (field.Name, One(field.Values)))]);

    private string Mutated(List<(string Name, string Value)> fields)
    {
        for (var mutation = _random.Next(1, 4); mutation > 0; mutation--)
        {
            var at = _random.Next(fields.Count);
            switch (_random.Next(5))
            {
                case 0:
                    fields.RemoveAt(at);
                    fields.Add(("padding", "0"));
                    break;

                case 1:
                    fields[at] = (fields[at].Name, One(Values));
                    break;

                case 2:
                    fields.Add((fields[at].Name, One(Values)));
                    break;

                case 3:
                    fields[at] = (fields[at].Name, $"[{fields[at].Value}]");
                    break;

                default:
                    fields.Add((One(Names), One(Values)));
                    break;
            }
        }

        return $"{{{string.Join(',', fields.Select(field => $"\"{field.Name}\":{field.Value}"))}}}";
    }

    /// <summary>Each field of a request as likely there as not, with a value of its type.</summary>
    private List<(string Name, string Value)> Plausible(Type requestType)
    {
        var type = ActionsJson.Default.GetTypeInfo(requestType) ?? throw new ArgumentException("No request.", nameof(requestType));
        return [.. type.Properties.Where(property => !property.IsExtensionData && _random.Next(2) == 0).Select(property => (property.Name, ValueOf(property)))];
    }

    private string ValueOf(JsonPropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type == typeof(bool) ? One("true", "false")
            : type == typeof(JsonElement) ? One("{}", "{\"temperature\":0.5}", "{\"max_tokens\":2,\"stop\":\"a\"}")
            : type == typeof(string) ? One("\"/a.gguf\"", "\"owner/name\"", "\"x\"", "\"7\"")
            : type.IsPrimitive ? _random.Next(-2, 2000).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : property.Name == "messages" ? "[{\"role\":\"user\",\"content\":\"x\"}]"
            : One(Values);
    }

    private string One(params string[] choices) => choices[_random.Next(choices.Length)];

    private static string Nested(string open, string close, int depth)
        => string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
}
