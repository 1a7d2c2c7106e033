using System.Net.Http.Headers;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Where a blob's bytes come from: an address that expires and is asked for again, and what its server accepts.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class BlobSource(RepoFile file, BlobTransport transport, BlobDownloadOptions options, TimeProvider time) : IDisposable
{
    /// <summary>So many fresh addresses are refused before bytes are asked for in another way, or taken under another name.</summary>
    private const int MostRefusals = 3;

    /// <summary>A longer name is not looked at.</summary>
    private const int MaxTagLength = 128;

    private readonly SemaphoreSlim _resolving = new(1);
    private readonly Lock _lock = new();
    private ResolvedFile? _current;
    private int _refusals;
    private int _otherTags;
    private bool _isOnNewConnections;

    /// <summary>Files that are not large ones come from the hub itself, at once.</summary>
    public RangeMode Mode { get; private set; } = file.Content.IsSha256 ? RangeMode.Closed : RangeMode.Whole;

    /// <summary>What the server of the bytes calls them, which is not what the hub calls them; null as long as it has not said so.</summary>
    public string? Tag { get; private set; }

    /// <summary>The commit that the hub named last.</summary>
    public string Commit { get; private set; } = "";

    /// <summary>What an earlier process was told.</summary>
    public void Remember(string? tag) => Tag = tag;

    /// <summary>From here on: a fresh address, and a fresh connection for each request. Not while requests run.</summary>
    public void Renew() => (_current, _isOnNewConnections) = (null, true);

    /// <summary>Asks for bytes. In the mode "whole" they begin with the first of the file, else with <paramref name="from"/>.</summary>
    /// <param name="end">The byte behind the last one that is wanted; other modes than "closed" go on to the file's end.</param>
    /// <exception cref="TransferException">There will have to be another request.</exception>
    /// <exception cref="ModelCacheException">It makes no sense to go on.</exception>
    public async Task<PartStream> OpenAsync(RangeMode mode, long from, long end, CancellationToken cancellationToken)
    {
        var resolved = await ResolveAsync(cancellationToken);
        var first = mode == RangeMode.Whole ? 0 : from;
        var behind = mode == RangeMode.Closed ? end : file.Size;
        StallGuard? guard = new(options, time, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(resolved, mode, first, behind, guard, cancellationToken);
            PartRules.Check(response, mode, first, behind, file.Size, time);
            AcceptTag(response);
            var part = new PartStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), guard, behind - first);
            (response, guard) = (null, null);
            return part;
        }
        catch (TransferException e) when (e.Trouble is TransferTrouble.Refused or TransferTrouble.OtherTag)
        {
            Refuse(resolved, e.Trouble);
            throw;
        }
        finally
        {
            response?.Dispose();
            guard?.Dispose();
        }
    }

    public void Dispose() => _resolving.Dispose();

    private async Task<ResolvedFile> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is { } known)
        {
            return known;
        }

        await _resolving.WaitAsync(cancellationToken);
        try
        {
            return _current ?? await ResolveAnewAsync(cancellationToken);
        }
        finally
        {
            _resolving.Release();
        }
    }

    private async Task<ResolvedFile> ResolveAnewAsync(CancellationToken cancellationToken)
    {
        try
        {
            var resolved = await transport.Resolve(cancellationToken);
            if (resolved.Content != file.Content || resolved.Size != file.Size)
            {
                throw new ModelCacheException(
                    CacheFault.UpstreamChanged, $"{file.Path} is another file now than when its repository was listed. Look at the repository again.");
            }

            Commit = resolved.Commit;
            return _current = resolved;
        }
        catch (ModelCacheException e) when (e.Fault is CacheFault.Network or CacheFault.HubFailed)
        {
            throw new TransferException(TransferTrouble.Broken, "the hub could not be asked", e);
        }
        catch (ModelCacheException e) when (e.Fault is CacheFault.RateLimited)
        {
            throw new TransferException(TransferTrouble.Throttled, "the hub takes no more requests for now", e) { Wait = e.RetryAt - time.GetUtcNow() };
        }
        catch (Exception e) when (StallGuard.IsOfNetwork(e))
        {
            throw StallGuard.Explain(e, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        ResolvedFile resolved, RangeMode mode, long first, long behind, StallGuard guard, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, resolved.Location);
        request.Headers.AcceptEncoding.ParseAdd("identity");
        request.Headers.ConnectionClose = _isOnNewConnections;
        if (mode != RangeMode.Whole)
        {
            request.Headers.Range = new RangeHeaderValue(first, mode == RangeMode.Closed ? behind - 1 : null);
        }

        if (resolved.TakesToken)
        {
            transport.AddToken(request);
        }

        guard.Begin();
        try
        {
            return await transport.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
        }
        catch (Exception e) when (StallGuard.IsOfNetwork(e))
        {
            throw StallGuard.Explain(e, cancellationToken);
        }
        finally
        {
            guard.End();
        }
    }

    private void AcceptTag(HttpResponseMessage response)
    {
        var tag = response.Headers.ETag?.ToString();
        lock (_lock)
        {
            if (tag is { Length: <= MaxTagLength })
            {
                // A server that stays with another name has moved; whether its bytes are the right ones, their hash tells.
                if (Tag is not null && Tag != tag && _otherTags < MostRefusals)
                {
                    throw new TransferException(TransferTrouble.OtherTag, "the server sent a part of another file");
                }

                Tag = tag;
            }

            (_refusals, _otherTags) = (0, 0);
        }
    }

    /// <summary>Does without the address from now on. Only the first of the workers that were refused there counts.</summary>
    private void Refuse(ResolvedFile refused, TransferTrouble trouble)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_current, refused))
            {
                return;
            }

            _current = null;
            if (trouble == TransferTrouble.OtherTag)
            {
                _otherTags++;
            }
            else if (++_refusals == MostRefusals)
            {
                _refusals = 0;
                Mode = Mode switch
                {
                    RangeMode.Closed => RangeMode.Open,
                    RangeMode.Open => RangeMode.Whole,
                    _ => RangeMode.Closed,
                };
            }
        }
    }
}
