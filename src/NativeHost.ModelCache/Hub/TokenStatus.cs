namespace NativeHost.ModelCache.Hub;

/// <summary>What can be told about the user's token without giving it away.</summary>
/// <param name="Place">Name of the variable or path of the file that holds it; null where there is none.</param>
/// <param name="IsSent">False where the user forbade to send it along (<c>HF_HUB_DISABLE_IMPLICIT_TOKEN</c>).</param>
/// <param name="IsAccepted">Whether the hub knows it; null where there is none, or the hub could not be asked.</param>
/// <param name="UserName">Whose it is; null where the hub does not know it or could not be asked.</param>
public sealed record TokenStatus(TokenSource Source, string? Place, bool IsSent, bool? IsAccepted, string? UserName);

/// <summary>Where a token comes from.</summary>
public enum TokenSource
{
    None,

    /// <summary>A variable, which wins over the file and can only be changed where it is set.</summary>
    Environment,

    /// <summary>The file that the hub's own tools keep it in.</summary>
    File,
}
