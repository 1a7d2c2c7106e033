using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeHost.Tests.Protocol;

/// <summary>Lays JSON out to be read and compared: what fits into a line stands in one.</summary>
internal static class JsonLayout
{
    private const int Width = 120;

    private static readonly JsonSerializerOptions AsRead = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, indent: 0, used: 0);
        return text.ToString();
    }

    /// <param name="used">Characters of the line that are taken, the comma behind the value with them.</param>
    private static void Write(StringBuilder text, JsonNode? node, int indent, int used)
    {
        var line = OneLine(node);
        if (node is not (JsonObject or JsonArray) || used + line.Length <= Width)
        {
            text.Append(line);
            return;
        }

        var deeper = indent + 2;
        var (open, close) = node is JsonObject ? ('{', '}') : ('[', ']');
        text.Append(open);
        var isFirst = true;
        foreach (var (name, value) in MembersOf(node))
        {
            text.Append(isFirst ? "\n" : ",\n").Append(' ', deeper).Append(name);
            Write(text, value, deeper, deeper + name.Length + 1);
            isFirst = false;
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }

    private static string OneLine(JsonNode? node) => node switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonArray { Count: 0 } => "[]",
        JsonObject or JsonArray => string.Join(", ", MembersOf(node).Select(member => member.Name + OneLine(member.Value))) switch
        {
            var members => node is JsonObject ? $"{{ {members} }}" : $"[{members}]",
        },
        null => "null",
        _ => node.ToJsonString(AsRead),
    };

    private static IEnumerable<(string Name, JsonNode? Value)> MembersOf(JsonNode node) => node switch
    {
        JsonObject map => map.Select(member => ($"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(member.Key)}\": ", member.Value)),
        _ => node.AsArray().Select(item => ("", item)),
    };
}
