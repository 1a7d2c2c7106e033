using System.Collections.Immutable;

namespace NativeHost.Testing;

/// <summary>A state of a repository.</summary>
/// <param name="id">40 hexadecimal digits.</param>
public sealed class FakeCommit(string id, string title)
{
    public string Id { get; } = id;

    public string Title { get; } = title;

    /// <summary>By path, in ordinal order. Replaced as a whole, so that answers under way keep what they began with.</summary>
    public ImmutableSortedDictionary<string, FakeFile> Files { get; internal set; } = ImmutableSortedDictionary.Create<string, FakeFile>(StringComparer.Ordinal);
}
