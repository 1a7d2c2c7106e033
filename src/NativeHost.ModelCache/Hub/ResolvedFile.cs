using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>Where the bytes of a file are at the moment, and what they must be.</summary>
/// <param name="Location">Signed and good for an hour or so: never kept, never logged.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">What the hub promises; not what the other server calls it.</param>
/// <param name="Commit">Of the repository, 40 hexadecimal digits.</param>
/// <param name="TakesToken">Whether the location is the hub's own, which may see the user's token.</param>
public sealed record ResolvedFile(Uri Location, long Size, ContentId Content, string Commit, bool TakesToken);
