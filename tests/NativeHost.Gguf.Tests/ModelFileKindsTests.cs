using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class ModelFileKindsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tabagent-kinds-");

    /// <summary>The start of a file in Latin-1, its name, and what it is.</summary>
    public static TheoryData<string, string, ModelFileKind> Beginnings => new()
    {
        { "GGUF\u0003\0\0\0", "model", ModelFileKind.Gguf },
        { "GGUF\u0003\0\0\0", "wrong.onnx", ModelFileKind.Gguf },
        { "<html>", "page.gguf", ModelFileKind.Gguf },
        { "lmgg\u0001\0\0\0", "model.bin", ModelFileKind.LegacyGgml },
        { "ggml\u0001\0\0\0", "model.bin", ModelFileKind.LegacyGgml },
        { "tjgg\u0003\0\0\0", "model.gguf", ModelFileKind.LegacyGgml },
        { "ggjt\u0003\0\0\0", "model.bin", ModelFileKind.LegacyGgml },
        { "\u0008\u0008\u0012\u0007pytorch:", "model", ModelFileKind.Onnx },
        { "\u0008\u0007:\u0001", "model.onnx", ModelFileKind.Onnx },
        { "\u0002\0\0\0\0\0\0\0{}", "model", ModelFileKind.Safetensors },
        { "\u00ff\0\0\0\0\0\0\0{}", "cut", ModelFileKind.Unknown },
        { "\u001c\0\0\0TFL3", "model", ModelFileKind.MediaPipe },
        { "PK\u0003\u0004", "model.task", ModelFileKind.MediaPipe },
        { "LITERTLM\u0001", "model", ModelFileKind.MediaPipe },
        { "PK\u0003\u0004", "pytorch_model.bin", ModelFileKind.PyTorch },
        { "PK\u0003\u0004aaaaaaaaaaaaaaaaaaaaaaaaaaarchive/data.pkl", "model", ModelFileKind.PyTorch },
        { "\u0080\u0002\u008a\u000al\u00fc", "model.bin", ModelFileKind.PyTorch },
        { "\u0080\u0004\u0095", "model", ModelFileKind.PyTorch },
        { "PK\u0003\u0004", "pictures.zip", ModelFileKind.Unknown },
        { "hello", "notes.txt", ModelFileKind.Unknown },
        { "", "empty.gguf", ModelFileKind.Empty },
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void A_file_is_told_by_its_beginning_then_by_its_extension(string beginning, string name, ModelFileKind kind)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(beginning));

        Assert.Equal(kind, ModelFileKinds.Detect(path));
    }

    [Fact]
    public void A_folder_is_a_folder() => Assert.Equal(ModelFileKind.Directory, ModelFileKinds.Detect(_folder.FullName));

    [Theory]
    [InlineData("pipe.gguf")]
    [InlineData("link.gguf")]
    [InlineData("closed.gguf")]
    [InlineData("/dev/zero")]
    public async Task What_is_no_file_proper_is_not_waited_for(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes and devices have no place in its folders.");
        var pipe = Path.Combine(_folder.FullName, "pipe.gguf");
        using var maker = Process.Start("mkfifo", [pipe]);
        await maker.WaitForExitAsync(Patience.Token);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link.gguf"), "pipe.gguf");
        using var closed = new AnonymousPipeServerStream(PipeDirection.In);
        closed.DisposeLocalCopyOfClientHandle();
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "closed.gguf"), $"/dev/fd/{closed.SafePipeHandle.DangerousGetHandle()}");

        var detecting = Task.Run(() => ModelFileKinds.Detect(Path.Combine(_folder.FullName, name)), Patience.Token);

        Assert.Equal(ModelFileKind.Empty, await detecting.WaitAsync(TimeSpan.FromSeconds(20), Patience.Token));
        var reading = Task.Run(() => GgufFile.Read(Path.Combine(_folder.FullName, name)), Patience.Token);
        await Assert.ThrowsAsync<ModelFormatException>(() => reading.WaitAsync(TimeSpan.FromSeconds(20), Patience.Token));
    }

    [Fact]
    public void A_link_is_what_it_leads_to()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "model"), "GGUF\u0003\0\0\0"u8);
        var link = Path.Combine(_folder.FullName, "link.bin");
        try
        {
            File.CreateSymbolicLink(link, "model");
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            Assert.Skip("This user may not make links.");
        }

        Assert.Equal(ModelFileKind.Gguf, ModelFileKinds.Detect(link));
    }

    [Fact]
    public void A_missing_file_stays_missing() =>
        Assert.Throws<FileNotFoundException>(() => ModelFileKinds.Detect(Path.Combine(_folder.FullName, "none.gguf")));

    [Fact]
    public void Every_kind_has_a_name_of_its_own()
    {
        var names = Enum.GetValues<ModelFileKind>().Select(ModelFileKinds.DisplayName).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
