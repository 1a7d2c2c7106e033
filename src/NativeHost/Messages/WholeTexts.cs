using System.Text.Json;

namespace NativeHost.Messages;

/// <summary>Refuses JSON of a request that has half of a surrogate pair in a text: no valid text can be made of it.</summary>
internal static class WholeTexts
{
    /// <param name="field">Its name, for the message.</param>
    /// <returns>The same.</returns>
    /// <exception cref="RequestException">There is one.</exception>
    public static JsonElement Check(JsonElement value, string field)
    {
        try
        {
            Read(value);
            return value;
        }
        catch (InvalidOperationException)
        {
            throw RequestFields.Invalid(field, "a text in it has half of a surrogate pair");
        }
    }

    private static void Read(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Read(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Read(member.Value);
                }

                break;
        }
    }
}
