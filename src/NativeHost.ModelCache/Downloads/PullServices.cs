using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;

namespace NativeHost.ModelCache.Downloads;

/// <summary>What a pull needs of the other rooms. All of it stays the caller's.</summary>
/// <param name="LinkIn">Finds the bytes on this machine.</param>
public sealed record PullServices(
    HubClient Hub, HubConnection Connection, HubCache Cache, LinkIn LinkIn, Catalogue Catalogue, BlobDownloadOptions Options, TimeProvider Time)
{
    /// <summary>How the bytes of a file are reached.</summary>
    internal BlobTransport TransportOf(RepoId repo, string commit, string path)
        => new(Connection.Client, token => Hub.ResolveAsync(repo, commit, path, token), Connection.AddToken);
}
