using NativeHost.BitNet.Model;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;
using NativeHost.BitNet.Tests.Model;

namespace NativeHost.BitNet.Tests.Packing;

/// <summary>A model's file with its packed weights, and a folder to keep them in.</summary>
internal sealed unsafe class KeptModel : IDisposable
{
    private readonly RandomModelFile _source = new(RandomModelFile.Small);
    private readonly WeightMemory _block;

    public KeptModel(string? folder = null)
    {
        Folder = folder ?? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File = TernaryModelFile.Open(_source.Path);
        Layout = PackedLayout.Of(File.Shape, HeadForm.Byte);
        _block = new WeightMemory(Layout.Bytes);
        new Span<byte>(_block.Start, checked((int)Layout.Bytes)).Clear();
        WeightPacking.Pack(File, Layout, _block.Start, 1, new Progress<float>(), Patience.Token);
        Store = new PackedStore(Folder, TimeProvider.System);
    }

    public string Folder { get; }

    public string SourcePath => _source.Path;

    public TernaryModelFile File { get; private set; }

    public PackedLayout Layout { get; }

    public PackedStore Store { get; }

    /// <summary>The only file of packed weights in the folder.</summary>
    public string PackedPath => Assert.Single(Directory.GetFiles(Folder));

    public bool TryWrite() => TryWrite(Store);

    public bool TryWrite(PackedStore store) => store.TryWrite(File, Layout, _block.Start, Patience.Token);

    public bool TryWriteCancelled() => Store.TryWrite(File, Layout, _block.Start, new CancellationToken(canceled: true));

    /// <summary>Whether the store has the weights; those that it gives have to be the packed ones.</summary>
    public bool IsKept()
    {
        using var mapping = Store.TryOpen(File, Layout);
        if (mapping is null)
        {
            return false;
        }

        var bytes = checked((int)Layout.Bytes);
        Assert.True(new Span<byte>(_block.Start, bytes).SequenceEqual(new Span<byte>(mapping.At(PackedFileHeader.Bytes, bytes), bytes)));
        return true;
    }

    /// <summary>Changes the model's file, and opens it again.</summary>
    public void ChangeSource(Action<string> change)
    {
        File.Dispose();
        change(SourcePath);
        File = TernaryModelFile.Open(SourcePath);
    }

    public void Dispose()
    {
        File.Dispose();
        _block.Dispose();
        _source.Dispose();
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
