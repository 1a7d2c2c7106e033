using System.Text.Json;

namespace NativeHost.Jinja;

/// <summary>Values from JSON.</summary>
public static class JsonValues
{
    /// <summary>The value of a JSON element. All its texts are untrusted, names among them.</summary>
    /// <remarks>Its depth is bounded by whoever parsed it: System.Text.Json takes 64 unless told otherwise.</remarks>
    /// <exception cref="InvalidOperationException">A text in it has half of a surrogate pair.</exception>
    public static JinjaValue Read(JsonElement element) => Read(element, isTrusted: false);

    internal static JinjaValue Read(JsonElement element, bool isTrusted)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return Text(element.GetString()!, isTrusted);
            case JsonValueKind.Number:
                return element.TryGetInt64(out var whole) ? new JinjaInteger(whole, isTrusted) : new JinjaFloat(element.GetDouble(), isTrusted);
            case JsonValueKind.True:
                return JinjaValue.True;
            case JsonValueKind.False:
                return JinjaValue.False;
            case JsonValueKind.Array:
                return new JinjaList(element.EnumerateArray().Select(item => Read(item, isTrusted)));
            case JsonValueKind.Object:
                var dictionary = new JinjaDict();
                foreach (var property in element.EnumerateObject())
                {
                    dictionary.Set(Text(property.Name, isTrusted), Read(property.Value, isTrusted));
                }

                return dictionary;
            default:
                return JinjaValue.None;
        }
    }

    private static JinjaString Text(string text, bool isTrusted) => new(text, isTrusted, []);
}
