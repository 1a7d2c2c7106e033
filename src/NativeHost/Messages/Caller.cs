namespace NativeHost.Messages;

/// <summary>Who asks. What a caller stores and chooses is its own.</summary>
/// <param name="Kind">An extension, or the user at this machine.</param>
/// <param name="Origin">The extension's origin or add-on id; <c>local</c> for the user.</param>
/// <remarks>It separates honest callers: any process of the same user can claim an origin.</remarks>
internal sealed record Caller(CallerKind Kind, string Origin)
{
    /// <summary>The command line, and frames served by hand.</summary>
    public static Caller Local { get; } = new(CallerKind.Local, "local");
}

/// <summary>The kinds of <see cref="Caller"/>.</summary>
internal enum CallerKind
{
    Extension,
    Local,
}
