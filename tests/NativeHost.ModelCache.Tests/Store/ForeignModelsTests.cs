using NativeHost.ModelCache.Blobs;
using NativeHost.ModelCache.Store;
using Xunit;
using static NativeHost.ModelCache.Tests.Store.CacheFolder;

namespace NativeHost.ModelCache.Tests.Store;

public sealed class ForeignModelsTests : IDisposable
{
    private readonly CacheFolder _folder = new();

    private string Studio => Path.Combine(_folder.Outside, "lmstudio", "models");

    private string Ollama => Path.Combine(_folder.Outside, "ollama");

    private string OtherHub => Path.Combine(_folder.Outside, "other-hub");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_of_other_tools_are_found_by_name_and_size()
    {
        AddAll();

        var found = Find();

        Assert.Equal(
            [
                ("LM Studio", "acme/tiny/tiny-Q4.gguf", 12, null),
                ("Ollama", "registry.ollama.ai/library/tiny/4b", 13, Sha256("ollama bytes!").Hex),
                ("the hub's tools", "acme/tiny", 9, Sha256("hub bytes").Hex),
            ],
            found.Select(model => (model.Tool, model.Name, (int)model.Look.Length, model.Named?.Hex)));
    }

    [Fact]
    public void What_is_ours_is_not_foreign()
    {
        _folder.WriteBlob("ours");
        Directory.CreateDirectory(Studio);
        File.CreateSymbolicLink(Path.Combine(Studio, "linked.gguf"), Path.Combine(_folder.Blobs, Sha256("ours").Hex));
        var alias = Path.Combine(_folder.Outside, "alias");
        Directory.CreateSymbolicLink(alias, _folder.Root);

        var foreign = new ForeignModels(
            [new ForeignPlace("x", Studio, ForeignLayout.Files), new ForeignPlace("y", _folder.Root, ForeignLayout.Hub), new ForeignPlace("z", alias, ForeignLayout.Hub)],
            _folder.Root);

        Assert.Empty(foreign.Find(Patience.Token));
    }

    [Fact]
    public void Rubbish_in_their_folders_is_passed_over()
    {
        Write(Path.Combine(Ollama, "manifests", "a", "b", "c", "d"), "{\"layers\": 1}");
        Write(Path.Combine(Ollama, "manifests", "a", "b", "c", "e"), "[]");
        Write(Path.Combine(Ollama, "manifests", "a", "b", "c", "f"), "{\"layers\": [{\"mediaType\": 1, \"digest\": \"sha256:../../x\"}]}");
        Write(Path.Combine(Ollama, "blobs", "sha256-nonsense"), "x");
        Write(Path.Combine(Ollama, "blobs", $"sha256-{Sha256("partial").Hex}-partial-0"), "x");
        Write(Path.Combine(Studio, "empty.gguf"), "");
        Write(Path.Combine(Studio, "downloading_tiny.gguf.part"), "x");
        Directory.CreateSymbolicLink(Path.Combine(Studio, "round"), Studio);
        File.CreateSymbolicLink(Path.Combine(Studio, "dangling.gguf"), Path.Combine(Studio, "gone"));
        File.CreateSymbolicLink(Path.Combine(Studio, "loop.gguf"), Path.Combine(Studio, "loop.gguf"));
        Write(OtherHub, "a file where a folder should be");

        Assert.Empty(Find());
    }

    [Theory]
    [InlineData("studio bytes")]
    [InlineData("ollama bytes!")]
    [InlineData("hub bytes")]
    public async Task A_file_with_the_bytes_is_linked_in_and_stamped(string text)
    {
        AddAll();
        Write(Path.Combine(Studio, "same-size.gguf"), new string('x', text.Length));
        var theirs = Snapshot(_folder.Outside);

        var model = await LinkIn().TryAsync(Tiny, Sha256(text), text.Length, null, Patience.Token);

        Assert.NotNull(model);
        var files = _folder.Cache.FilesOf(Tiny, Sha256(text));
        Assert.True(BlobStamp.IsGood(files));
        Assert.True(await _folder.Cache.TryPointAsync(Tiny, CommitA, "a.gguf", Sha256(text), Patience.Token));
        Assert.Equal(text, TextOf(_folder.Cache.PathOf(Tiny, CommitA, "a.gguf")));

        // A second path to their file, not a copy of it; deleting ours leaves theirs.
        Assert.True(FileIdentity.AreSame(files.Blob, model.Path));
        new Deletion(_folder.Cache).DeleteRepository(Tiny);
        Assert.Equal(theirs, Snapshot(_folder.Outside));
    }

    [Fact]
    public async Task Nothing_is_linked_in_that_has_other_bytes()
    {
        AddAll();
        var wanted = Sha256("wanted bytes");
        Write(Path.Combine(Ollama, "blobs", $"sha256-{wanted.Hex}"), "a lie, 12 b.");

        Assert.Null(await LinkIn().TryAsync(Tiny, wanted, 12, null, Patience.Token));
        Assert.Null(await LinkIn().TryAsync(Tiny, Sha256("studio bytes"), 11, null, Patience.Token));
        Assert.Empty(_folder.BlobFiles());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changes_while_it_is_read_is_not_linked_in(bool isOfOtherBytes)
    {
        AddAll();
        var path = Path.Combine(Studio, "acme", "tiny", "tiny-Q4.gguf");

        var model = await LinkIn().TryAsync(Tiny, Sha256("studio bytes"), 12, new Now(Change), Patience.Token);

        void Change()
        {
            if (isOfOtherBytes)
            {
                File.AppendAllText(path, "!");
            }

            File.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Null(model);
        Assert.Empty(_folder.BlobFiles());
    }

    [Fact]
    public async Task A_download_that_runs_is_left_to_run()
    {
        AddAll();
        using (FileLock.TryTake(_folder.Cache.FilesOf(Tiny, Sha256("studio bytes")).Lock))
        {
            Assert.Null(await LinkIn().TryAsync(Tiny, Sha256("studio bytes"), 12, null, Patience.Token));
        }
    }

    [Fact]
    public void Their_folders_are_those_of_the_system_and_of_the_environment()
    {
        Write(Path.Combine(_folder.Outside, ".lmstudio-home-pointer"), Path.Combine(_folder.Outside, "moved") + "\n");
        var home = _folder.Outside;

        var linux = ForeignPlace.Usual(_ => null, home, ForeignSystem.Linux).Select(place => place.Folder).ToList();
        Assert.Contains(Path.Combine(home, "moved", "models"), linux);
        Assert.Contains(Path.Combine(home, ".cache", "lm-studio", "models"), linux);
        Assert.Contains(Path.Combine(home, ".ollama", "models"), linux);
        Assert.Contains("/usr/share/ollama/.ollama/models", linux);
        Assert.Contains(Path.Combine(home, ".cache", "llama.cpp"), linux);
        Assert.Contains(Path.Combine(home, ".cache", "huggingface", "hub"), linux);

        Assert.Contains(Path.Combine(home, "Library", "Caches", "llama.cpp"), ForeignPlace.Usual(_ => null, home, ForeignSystem.MacOS).Select(place => place.Folder));
        Assert.Contains(Path.Combine(home, "AppData", "Local", "llama.cpp"), ForeignPlace.Usual(_ => null, home, ForeignSystem.Windows).Select(place => place.Folder));

        var set = ForeignPlace.Usual(name => Path.Combine(home, name), home, ForeignSystem.Linux).Select(place => place.Folder).ToList();
        Assert.Contains(Path.Combine(home, "OLLAMA_MODELS"), set);
        Assert.Contains(Path.Combine(home, "LLAMA_CACHE"), set);
        Assert.Contains(Path.Combine(home, "HF_HUB_CACHE"), set);
        Assert.DoesNotContain(Path.Combine(home, ".ollama", "models"), set);
    }

    [Fact]
    public void The_old_hosts_store_is_reported()
    {
        var folder = Path.Combine(_folder.Outside, "model_cache");
        Write(Path.Combine(folder, "mdbx.dat"), "1234567");
        Write(Path.Combine(folder, "mdbx.lck"), "123");
        var folders = OldChunkStore.UsualFolders(_ => null, _folder.Outside, _folder.Outside, ForeignSystem.Linux);

        Assert.Equal([new OldChunkStore(folder, 10)], OldChunkStore.Find(folders));
        Assert.Contains(Path.Combine(_folder.Outside, ".local", "share", "TabAgent", "db", "model-cache"), folders);
    }

    private void AddAll()
    {
        Write(Path.Combine(Studio, "acme", "tiny", "tiny-Q4.gguf"), "studio bytes");
        var digest = Sha256("ollama bytes!").Hex;
        Write(Path.Combine(Ollama, "blobs", $"sha256-{digest}"), "ollama bytes!");
        Write(
            Path.Combine(Ollama, "manifests", "registry.ollama.ai", "library", "tiny", "4b"),
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"digest":"sha256:{{Sha256("config").Hex}}","size":6},"layers":[{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:{{Sha256("licence").Hex}}","size":7},{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:{{digest}}","size":13}]}""");
        Write(Path.Combine(OtherHub, "models--acme--tiny", "blobs", Sha256("hub bytes").Hex), "hub bytes");
    }

    private IReadOnlyList<ForeignModel> Find() => Foreign().Find(Patience.Token);

    private LinkIn LinkIn() => new(_folder.Cache, Foreign());

    private ForeignModels Foreign() => new(
        [
            new ForeignPlace("LM Studio", Studio, ForeignLayout.Files),
            new ForeignPlace("Ollama", Ollama, ForeignLayout.Ollama),
            new ForeignPlace("the hub's tools", OtherHub, ForeignLayout.Hub),
            new ForeignPlace("nobody", Path.Combine(_folder.Outside, "nowhere"), ForeignLayout.Ollama),
        ],
        _folder.Root);

    private List<(string Path, DateTime Written)> Snapshot(string folder)
        => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(_folder.Root, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private sealed class Now(Action report) : IProgress<long>
    {
        public void Report(long value) => report();
    }
}
