using System.Security.Cryptography;
using System.Text.Json;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>The unpacked extension that the tests load. Its manifest holds a public key, so its id is the same everywhere.</summary>
internal static class TestExtension
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Extension");

    /// <summary>What Chromium makes of the key: half of its SHA-256, each hexadecimal digit as a letter from a to p.</summary>
    public static string Id { get; } = ReadId();

    private static string ReadId()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "manifest.json")));
        var hash = SHA256.HashData(manifest.RootElement.GetProperty("key").GetBytesFromBase64());
        return string.Create(32, hash, static (letters, bytes) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = (char)('a' + ((bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF));
            }
        });
    }
}
