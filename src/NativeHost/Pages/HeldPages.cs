namespace NativeHost.Pages;

/// <summary>The pages that callers have indexed, in memory only.</summary>
/// <remarks>Where they take more room than there is for them, those go first that were not used for longest. Safe to call from any thread.</remarks>
/// <param name="mostOfOrigin">Bytes for the pages of one origin.</param>
/// <param name="most">Bytes for all pages.</param>
internal sealed class HeldPages(long mostOfOrigin = HeldPages.UsualOfOrigin, long most = HeldPages.UsualOfAll)
{
    private const long UsualOfOrigin = 64L * 1024 * 1024;
    private const long UsualOfAll = 256L * 1024 * 1024;

    private readonly Lock _gate = new();

    // The last used one last.
    private readonly LinkedList<IndexedPage> _byUse = [];
    private readonly Dictionary<(string Owner, string Id), LinkedListNode<IndexedPage>> _pages = [];
    private readonly Dictionary<string, long> _bytesOfOrigins = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Bytes that the pages of an origin may take.</summary>
    public long MostOfOrigin => mostOfOrigin;

    /// <summary>Bytes that those of an origin take.</summary>
    public long BytesOf(string origin)
    {
        lock (_gate)
        {
            return _bytesOfOrigins.GetValueOrDefault(origin);
        }
    }

    /// <summary>Keeps a page, in place of one of the same address.</summary>
    public void Put(IndexedPage page)
    {
        lock (_gate)
        {
            Remove((page.Owner, page.Id));
            _pages[(page.Owner, page.Id)] = _byUse.AddLast(page);
            Count(page.Origin, page.Bytes);
            while (_bytesOfOrigins[page.Origin] > mostOfOrigin && OldestBefore(page, page.Origin) is { } own)
            {
                Remove((own.Owner, own.Id));
            }

            while (_bytes > most && OldestBefore(page, origin: null) is { } other)
            {
                Remove((other.Owner, other.Id));
            }
        }
    }

    /// <summary>A page of an owner's, which counts as used; null where there is none.</summary>
    public IndexedPage? Use(string owner, string id)
    {
        lock (_gate)
        {
            if (!_pages.TryGetValue((owner, id), out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value;
        }
    }

    /// <summary>An owner's pages, the last used one first.</summary>
    public IReadOnlyList<IndexedPage> Of(string owner)
    {
        lock (_gate)
        {
            return [.. _byUse.Reverse().Where(page => page.Owner == owner)];
        }
    }

    /// <returns>Whether it was there.</returns>
    public bool Forget(string owner, string id)
    {
        lock (_gate)
        {
            return Remove((owner, id));
        }
    }

    /// <returns>How many there were.</returns>
    public int ForgetAll(string owner)
    {
        lock (_gate)
        {
            return _pages.Keys.Where(key => key.Owner == owner).ToList().Count(Remove);
        }
    }

    private IndexedPage? OldestBefore(IndexedPage page, string? origin)
    {
        var node = _byUse.First;
        while (node is not null && node.Value != page && origin is not null && node.Value.Origin != origin)
        {
            node = node.Next;
        }

        return node is null || node.Value == page ? null : node.Value;
    }

    private bool Remove((string Owner, string Id) key)
    {
        if (!_pages.Remove(key, out var node))
        {
            return false;
        }

        _byUse.Remove(node);
        Count(node.Value.Origin, -node.Value.Bytes);
        return true;
    }

    private void Count(string origin, long bytes)
    {
        _bytes += bytes;
        if ((_bytesOfOrigins[origin] = _bytesOfOrigins.GetValueOrDefault(origin) + bytes) == 0)
        {
            _bytesOfOrigins.Remove(origin);
        }
    }
}
