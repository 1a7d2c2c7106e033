namespace NativeHost.BitNet.Tests.Reading;

/// <summary>A file that is gone with its test. A model opened from it is disposed before.</summary>
internal sealed class SampleFile : IDisposable
{
    public SampleFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}.gguf");

    public void Dispose() => File.Delete(Path);
}
