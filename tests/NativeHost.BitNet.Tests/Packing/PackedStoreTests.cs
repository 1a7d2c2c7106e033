using System.Security.Cryptography;
using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Tests.Model;

namespace NativeHost.BitNet.Tests.Packing;

public sealed class PackedStoreTests : IDisposable
{
    private readonly KeptModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void What_is_kept_is_found_again()
    {
        Assert.False(_model.IsKept());
        Assert.True(_model.TryWrite());
        Assert.True(_model.IsKept());
        Assert.True(_model.TryWrite());
        Assert.True(_model.IsKept());
        Assert.Equal(0, _model.Store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));
        Assert.NotEmpty(_model.PackedPath);
    }

    [Fact]
    public void A_file_of_another_length_is_not_used()
    {
        _model.TryWrite();
        var whole = File.ReadAllBytes(_model.PackedPath);

        foreach (var length in (int[])[0, 1, 7, 8, 100, PackedFileHeader.Bytes - 1, PackedFileHeader.Bytes, PackedFileHeader.Bytes + 1, whole.Length / 2, whole.Length - 1, whole.Length + 1])
        {
            File.WriteAllBytes(_model.PackedPath, [.. whole.Take(length), .. new byte[Math.Max(0, length - whole.Length)]]);
            Assert.False(_model.IsKept(), $"{length} bytes");
        }

        Assert.True(_model.TryWrite());
        Assert.True(_model.IsKept());
    }

    [Fact]
    public void A_header_with_any_byte_changed_is_not_used()
    {
        _model.TryWrite();
        var path = _model.PackedPath;
        var whole = File.ReadAllBytes(path);

        foreach (var place in Enumerable.Range(0, 200).Concat([500, 4000, PackedFileHeader.Bytes - 33, PackedFileHeader.Bytes - 1]))
        {
            whole[place] ^= 1;
            File.WriteAllBytes(path, whole);
            Assert.False(_model.IsKept(), $"byte {place}");
            whole[place] ^= 1;
        }
    }

    [Theory]
    [InlineData(7, (byte)'2')] // another version
    [InlineData(8, (byte)HeadForm.Nibble)]
    [InlineData(16, (byte)1)] // the size of the model's file
    [InlineData(24, (byte)1)] // its time
    [InlineData(32, (byte)1)] // the size of the block
    [InlineData(40, (byte)1)] // the hash of its header
    public void A_whole_header_of_something_else_is_not_used(int place, byte value)
    {
        _model.TryWrite();
        var path = _model.PackedPath;
        var whole = File.ReadAllBytes(path);
        whole[place] = whole[place] == value ? (byte)(value + 1) : value;
        SHA256.HashData(whole.AsSpan(0, PackedFileHeader.Bytes - 32), whole.AsSpan(PackedFileHeader.Bytes - 32));
        File.WriteAllBytes(path, whole);

        Assert.False(_model.IsKept());
    }

    [Fact]
    public void Weights_of_a_file_that_has_changed_are_not_used()
    {
        _model.TryWrite();
        var time = File.GetLastWriteTimeUtc(_model.SourcePath);

        _model.ChangeSource(path => File.SetLastWriteTimeUtc(path, time.AddTicks(TimeSpan.TicksPerSecond)));
        Assert.False(_model.IsKept());
        _model.ChangeSource(path => File.SetLastWriteTimeUtc(path, time));
        Assert.True(_model.IsKept());
        _model.ChangeSource(path =>
        {
            File.AppendAllText(path, "x");
            File.SetLastWriteTimeUtc(path, time);
        });
        Assert.False(_model.IsKept());
        _model.ChangeSource(path =>
        {
            var bytes = File.ReadAllBytes(path)[..^1];
            bytes[bytes.AsSpan().IndexOf("Random ternary"u8)] = (byte)'r';
            File.WriteAllBytes(path, bytes);
            File.SetLastWriteTimeUtc(path, time);
        });
        Assert.False(_model.IsKept());
    }

    [Fact]
    public void Weights_are_not_kept_for_a_file_that_took_the_place_of_theirs()
    {
        // Same header, same size, other weights: as when a download of a newer version is moved into place while the old one is packed.
        // A file system's clock may tick but every few milliseconds.
        using var other = new RandomModelFile(RandomModelFile.Small, seed: 2);
        File.SetLastWriteTimeUtc(other.Path, File.GetLastWriteTimeUtc(_model.SourcePath).AddSeconds(1));
        File.Move(other.Path, _model.SourcePath, overwrite: true);

        Assert.False(_model.TryWrite());

        _model.ChangeSource(_ => { });
        Assert.False(_model.IsKept());
    }

    [Fact]
    public void A_damaged_block_is_found_and_removed()
    {
        Assert.Equal(0, _model.Store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));
        _model.TryWrite();
        using (var stream = new FileStream(_model.PackedPath, FileMode.Open))
        {
            stream.Position = stream.Length - 100;
            var value = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(value ^ 4));
        }

        Assert.Equal(0, _model.Store.RemoveDamaged(path => path != _model.SourcePath, Patience.Token));
        Assert.Equal(1, _model.Store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));

        Assert.Empty(Directory.GetFiles(_model.Folder));
        Assert.Equal(0, _model.Store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));
    }

    [Theory]
    [InlineData("/dev/null/nowhere")]
    [InlineData("/proc/nowhere")]
    [InlineData("with\0null")]
    [InlineData("")]
    public void A_folder_that_cannot_be_is_no_failure(string folder)
    {
        var store = new PackedStore(folder, TimeProvider.System);

        Assert.False(_model.TryWrite(store));
        Assert.Null(store.TryOpen(_model.File, _model.Layout));
        Assert.Equal(0, store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));
    }

    [Fact]
    public void A_cancelled_write_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => _model.TryWriteCancelled());

        Assert.Empty(Directory.GetFiles(_model.Folder));
    }

    [Fact]
    public async Task Several_that_write_at_once_leave_one_whole_file()
    {
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 10; round++)
            {
                _model.TryWrite(new PackedStore(_model.Folder, TimeProvider.System));
                Assert.True(_model.IsKept());
            }
        }));

        await Task.WhenAll(writers).WaitAsync(Patience.Token);

        Assert.True(_model.IsKept());
        Assert.EndsWith(".ternary", _model.PackedPath, StringComparison.Ordinal);
        Assert.Equal(0, _model.Store.RemoveDamaged(path => path == _model.SourcePath, Patience.Token));
    }

    [Fact]
    public void What_nobody_needs_any_more_is_swept_away()
    {
        using var gone = new KeptModel(_model.Folder);
        Assert.True(gone.TryWrite());
        var orphan = gone.PackedPath;
        gone.ChangeSource(path => File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1)));
        var (torn, foreign, fresh, old) = (In("torn.ternary"), In("notes.txt"), In("fresh.unfinished"), In("old.unfinished"));
        File.SetLastWriteTimeUtc(old, File.GetLastWriteTimeUtc(old).AddHours(-2));

        Assert.True(_model.TryWrite());

        Assert.All((string[])[orphan, torn, old], path => Assert.False(File.Exists(path)));
        Assert.All((string[])[foreign, fresh], path => Assert.True(File.Exists(path)));
        Assert.True(_model.IsKept());

        string In(string name)
        {
            var path = Path.Combine(_model.Folder, name);
            File.WriteAllText(path, "x");
            return path;
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_keeps_nobody_from_keeping_theirs()
    {
        Directory.CreateDirectory(_model.Folder);
        using var locked = new FileStream(Path.Combine(_model.Folder, "locked.ternary"), FileMode.Create, FileAccess.Write, FileShare.None);

        Assert.True(_model.TryWrite());
        Assert.True(_model.IsKept());
    }
}
