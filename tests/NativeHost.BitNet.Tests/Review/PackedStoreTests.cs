using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Reading;

namespace NativeHost.BitNet.Tests.Review;

/// <summary>What happens to kept weights when the files around them change.</summary>
public sealed class PackedStoreTests : IDisposable
{
    private static readonly DateTime Later = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
    private readonly byte[] _model = new SampleModel().Written();

    public PackedStoreTests() => Directory.CreateDirectory(_folder);

    private string Cache => Path.Combine(_folder, "cache");

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_that_was_replaced_while_it_was_loaded_does_not_get_the_old_weights()
    {
        var path = Written("model.gguf");
        var store = new PackedStore(Cache, TimeProvider.System);
        using (var old = TernaryModelFile.Open(path))
        {
            // Same header, same length, other weights: the next training of the same model.
            File.Move(Written("newer.gguf", bytes => bytes[^40] ^= 0b0101_0101), path, overwrite: true);
            File.SetLastWriteTimeUtc(path, Later);

            Assert.False(Write(store, old));
        }

        using var replaced = TernaryModelFile.Open(path);
        using var mapping = store.TryOpen(replaced, LayoutOf(replaced));
        Assert.Null(mapping);
    }

    [Fact]
    public void A_linked_model_is_known_by_the_file_behind_the_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var (link, store) = (Path.Combine(_folder, "link.gguf"), new PackedStore(Cache, TimeProvider.System));
        File.CreateSymbolicLink(link, Written("blob"));
        Keep(store, link);

        File.WriteAllBytes(Path.Combine(_folder, "blob"), [.. _model[..^40], (byte)(_model[^40] ^ 0b0101_0101), .. _model[^39..]]);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "blob"), Later);

        using var changed = TernaryModelFile.Open(link);
        using var mapping = store.TryOpen(changed, LayoutOf(changed));
        Assert.Null(mapping);
    }

    [Fact]
    public void What_is_kept_of_a_linked_model_goes_when_the_file_behind_the_link_has_gone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        var (link, store) = (Path.Combine(_folder, "link.gguf"), new PackedStore(Cache, TimeProvider.System));
        File.CreateSymbolicLink(link, Written("blob"));
        Keep(store, link);

        File.Delete(Path.Combine(_folder, "blob"));
        Keep(store, Written("other.gguf"));

        Assert.Single(Directory.GetFiles(Cache));
    }

    [Fact]
    public void A_kept_file_that_cannot_be_read_does_not_stop_others_from_being_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        Directory.CreateDirectory(Cache);
        File.CreateSymbolicLink(Path.Combine(Cache, "0000.ternary"), Path.Combine(_folder, "nothing"));

        Keep(new PackedStore(Cache, TimeProvider.System), Written("model.gguf"));
    }

    private static PackedLayout LayoutOf(TernaryModelFile file) => PackedLayout.Of(file.Shape, HeadForm.Byte);

    private static void Keep(PackedStore store, string path)
    {
        using var file = TernaryModelFile.Open(path);
        Assert.True(Write(store, file));
        using var mapping = store.TryOpen(file, LayoutOf(file));
        Assert.NotNull(mapping);
    }

    private static unsafe bool Write(PackedStore store, TernaryModelFile file)
    {
        var layout = LayoutOf(file);
        fixed (byte* block = new byte[layout.Bytes])
        {
            return store.TryWrite(file, layout, block, Timeout);
        }
    }

    private string Written(string name, Action<byte[]>? change = null)
    {
        var (path, bytes) = (Path.Combine(_folder, name), (byte[])_model.Clone());
        change?.Invoke(bytes);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
