using System.Text.Encodings.Web;

namespace NativeHost.Settings;

/// <summary>JSON that is written by hand.</summary>
internal static class JsonWords
{
    /// <summary>A text as a JSON string.</summary>
    public static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
