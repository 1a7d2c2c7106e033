using System.Diagnostics.CodeAnalysis;

namespace NativeHost.ModelCache.Repositories;

/// <summary>The hash by which a hub names a file's content, and by which its blob is named in the cache.</summary>
/// <remarks>64 hexadecimal digits: SHA-256 of the content. 40: what git calls it, SHA-1 of <c>"blob " + length + NUL + content</c>.</remarks>
public sealed record ContentId
{
    private const int Sha256Digits = 64;
    private const int GitDigits = 40;

    private ContentId(string hex) => Hex = hex;

    /// <summary>Lower-case digits.</summary>
    public string Hex { get; }

    public bool IsSha256 => Hex.Length == Sha256Digits;

    public static bool TryParse(string? text, [NotNullWhen(true)] out ContentId? id)
    {
        id = text?.Length is Sha256Digits or GitDigits && text.All(char.IsAsciiHexDigit) ? new ContentId(text.ToLowerInvariant()) : null;
        return id is not null;
    }

    public override string ToString() => Hex;
}
