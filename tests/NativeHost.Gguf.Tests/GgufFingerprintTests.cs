using Xunit;

namespace NativeHost.Gguf.Tests;

public sealed class GgufFingerprintTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tabagent-fingerprint-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1 << 10)]
    [InlineData(1 << 20)]
    [InlineData(4 << 20)]
    public void Files_of_one_length_differ_by_their_headers_and_weights_and_copies_do_not(int weights)
    {
        var file = FileOf(weights, "One");
        var offset = (int)GgufFile.Read(Write("offset.gguf", file)).DataOffset;
        string[] all =
        [
            Of("same.gguf", file),
            Of("named.gguf", FileOf(weights, "Two")),
            Of("begins.gguf", Changed(file, offset)),
            Of("middle.gguf", Changed(file, offset + 64 * 1024 - 1 < file.Length ? offset + (64 * 1024) - 1 : offset + 1)),
            Of("ends.gguf", Changed(file, file.Length - 1)),
        ];

        Assert.Distinct(all);
        Assert.Equal(all[0], Of("copy.gguf", file));
        Assert.All(all, one => Assert.Equal(64, one.Length));
    }

    [Fact]
    public void Little_is_read_of_a_long_file()
    {
        // Of 4 MiB a change between two samples is not seen: the price of milliseconds for gigabytes.
        var file = FileOf(4 << 20, "One");
        var offset = (int)GgufFile.Read(Write("offset.gguf", file)).DataOffset;

        Assert.Equal(Of("one.gguf", file), Of("two.gguf", Changed(file, offset + (100 * 1024))));
    }

    private static byte[] FileOf(int weights, string name)
    {
        using var writer = new GgufWriter("llama");
        writer.Add("general.name", name);
        writer.AddTensor("token_embd.weight", [weights / 4], GgufTensorType.F32, stream => stream.Write(new byte[weights]));
        return SampleFiles.Written(writer);
    }

    private static byte[] Changed(byte[] file, int at)
    {
        var changed = file.ToArray();
        changed[at]++;
        return changed;
    }

    private string Of(string name, byte[] file) => GgufFingerprint.Of(GgufFile.Read(Write(name, file)));

    private string Write(string name, byte[] file)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, file);
        return path;
    }
}
