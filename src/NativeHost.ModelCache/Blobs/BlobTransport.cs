using NativeHost.ModelCache.Hub;

namespace NativeHost.ModelCache.Blobs;

/// <summary>How the bytes of a file are reached.</summary>
/// <param name="Http">Follows no redirects and decompresses nothing; has no timeout of its own. The caller's.</param>
/// <param name="Resolve">Where the bytes are now; asked again when that has expired. Any thread, one call at a time.</param>
/// <param name="AddToken">Adds the user's token to a request that goes to the hub itself.</param>
public sealed record BlobTransport(HttpClient Http, Func<CancellationToken, Task<ResolvedFile>> Resolve, Action<HttpRequestMessage> AddToken);
