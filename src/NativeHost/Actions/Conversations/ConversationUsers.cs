using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Actions.Conversations;

/// <summary>The users whom an extension may tell apart: the original's <c>user_id</c>, kept in the metadata of conversations.</summary>
/// <remarks>They are the extension's own business: one caller sees the conversations of all of its users.</remarks>
internal static class ConversationUsers
{
    /// <summary>Who is meant where nobody is named.</summary>
    public const string Usual = "default";

    private const string Member = "user_id";
    private const int MostLength = 256;

    /// <summary>Whose a conversation is.</summary>
    public static string Of(string? metadataJson)
        => ClientJson.Read(metadataJson) is { } metadata && metadata.TryGetProperty(Member, out var user) && user.ValueKind == JsonValueKind.String
            ? user.GetString()!
            : Usual;

    /// <summary>The metadata with the user in it.</summary>
    /// <param name="metadataJson">An object; null where the request says nothing of it, empty to take it away.</param>
    /// <param name="user">Null where nobody is named.</param>
    public static string? Put(string? metadataJson, string? user)
    {
        if (user is null or Usual)
        {
            return metadataJson;
        }

        if (user.Length > MostLength)
        {
            throw RequestFields.Invalid(Member, $"it has at most {MostLength} characters");
        }

        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (!string.IsNullOrEmpty(metadataJson))
            {
                foreach (var member in JsonElement.Parse(metadataJson).EnumerateObject().Where(member => member.Name != Member))
                {
                    member.WriteTo(json);
                }
            }

            json.WriteString(Member, user);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }
}
