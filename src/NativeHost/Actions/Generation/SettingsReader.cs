using System.Text.Json;
using NativeHost.Settings;

namespace NativeHost.Actions.Generation;

/// <summary>Finds the settings in a request, whichever generation of clients it is from.</summary>
internal static class SettingsReader
{
    /// <summary>Reads how long a model is to be kept without use; null where nothing says so.</summary>
    /// <param name="usual">The time of a model that is expressly not pinned.</param>
    /// <exception cref="Messages.RequestException">A value has the wrong type or is out of range; the message names it.</exception>
    public static TimeSpan? KeepAlive(IEnumerable<KeyValuePair<string, JsonElement>> fields, TimeSpan usual)
    {
        TimeSpan? kept = null;
        bool? isPinned = null;
        foreach (var (name, value) in fields.Where(field => field.Value.ValueKind != JsonValueKind.Null))
        {
            if (name is "keepAliveMinutes" or "keep_alive_minutes")
            {
                var minutes = SettingValue.Number(name, value);
                kept = HostSettings.IsKeepAlive(minutes) ? HostSettings.TimeOf(minutes) : throw SettingValue.Bad(name, "a number from 0 to 525600, or -1");
            }
            else if (name is "pin")
            {
                isPinned = SettingValue.Flag(name, value);
            }
        }

        return isPinned switch
        {
            true => Timeout.InfiniteTimeSpan,
            false => kept ?? usual,
            null => kept,
        };
    }

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
