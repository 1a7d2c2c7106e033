using System.Text.Json;

namespace NativeHost.Actions.Generation;

/// <summary>Reads settings from requests.</summary>
internal static class SettingsReader
{
    /// <summary>The members of an object; none for null.</summary>
    /// <exception cref="Messages.RequestException">It is something else.</exception>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Members(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Select(member => KeyValuePair.Create(NameOf(member, name), member.Value)),
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => throw SettingValue.Bad(name, "an object"),
    };

    private static string NameOf(JsonProperty member, string of)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw SettingValue.Bad($"a name in {of}", "valid Unicode");
        }
    }
}
