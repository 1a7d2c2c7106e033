using System.Security.Cryptography;

namespace NativeHost.EndToEnd.Tests.Browser;

/// <summary>The id that a browser gives to an extension whose manifest pins a public key.</summary>
internal static class ExtensionIdentity
{
    /// <summary>The first 128 bits of the key's SHA-256, a letter from a to p for every four of them.</summary>
    public static string Of(string extensionFolder)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(extensionFolder, "manifest.json")))!;
        var hash = SHA256.HashData(Convert.FromBase64String(manifest["key"]!.GetValue<string>()));
        return string.Concat(hash.Take(16).SelectMany(b => new[] { (char)('a' + (b >> 4)), (char)('a' + (b & 15)) }));
    }
}
