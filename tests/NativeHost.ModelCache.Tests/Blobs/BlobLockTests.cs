using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Repositories;
using Xunit;

namespace NativeHost.ModelCache.Tests.Blobs;

public sealed class BlobLockTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly BlobFiles _files;

    public BlobLockTests()
    {
        Assert.True(ContentId.TryParse(new string('a', 64), out var content));
        _files = new BlobFiles(_folder.Path, RepoId.Parse("acme/tiny-GGUF"), content);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_has_it_until_it_is_given_back_and_its_file_stays()
    {
        var first = BlobLock.TryTake(_files);
        Assert.NotNull(first);
        Assert.True(first.IsReal);
        Assert.Null(BlobLock.TryTake(_files));

        first.Dispose();

        Assert.True(File.Exists(_files.Lock));
        using var second = BlobLock.TryTake(_files);
        Assert.NotNull(second);
    }

    [Fact]
    public void Another_program_that_has_the_file_keeps_us_out()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_files.Lock)!);
        using (new FileStream(_files.Lock, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Null(BlobLock.TryTake(_files));
        }

        using var taken = BlobLock.TryTake(_files);
        Assert.NotNull(taken);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_not_taken_for_somebody_else()
    {
        File.WriteAllText(_folder[".locks"], "");

        Assert.ThrowsAny<IOException>(() => BlobLock.TryTake(_files));
    }
}
