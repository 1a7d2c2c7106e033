using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Messages;

/// <summary>Who asks. What a caller stores and chooses is its own.</summary>
/// <param name="Kind">An extension, or the user at this machine.</param>
/// <param name="Origin">The extension's origin or add-on id; <c>local</c> for the user.</param>
/// <param name="Namespace">A hash of what separates one profile of an extension from another; null where the client gave nothing.</param>
/// <remarks>It separates honest callers: any process of the same user can claim an origin.</remarks>
internal sealed record Caller(CallerKind Kind, string Origin, string? Namespace = null)
{
    /// <summary>The command line, and frames served by hand.</summary>
    public static Caller Local { get; } = new(CallerKind.Local, "local");

    /// <summary>The extension or the user as a whole, whom limits and grants are for.</summary>
    public Caller WithoutNamespace => Namespace is null ? this : this with { Namespace = null };

    /// <summary>Names it as one text: another for each namespace.</summary>
    public string Key => $"{Kind} {Namespace} {Origin}";

    /// <summary>The part of the caller that knows a secret, which is not kept.</summary>
    public Caller Within(string? secret)
        => secret is null ? this : this with { Namespace = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))) };
}

/// <summary>The kinds of <see cref="Caller"/>.</summary>
internal enum CallerKind
{
    Extension,
    Local,
}
