namespace NativeHost.LlamaCpp.Loading;

internal static class ModelFileCheck
{
    public static ModelShape Read(string path) => new("llama", null, new FileInfo(path).Length, 512, 5, 64, 8, 512, 5 * 4 * 16 * 2, null);
}
