using System.Reflection;
using System.Security.Cryptography;

namespace NativeHost.CommandLine;

/// <summary>The small story model inside the executable, as a file that an engine can open.</summary>
internal static class DemoModelFile
{
    private const string ResourceName = "demo-model.gguf";

    /// <summary>Writes the model into the user's cache folder, where it is not there already.</summary>
    /// <returns>Its path.</returns>
    public static string Unpack()
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException("The executable was built without its demo model.");
        var hash = Convert.ToHexStringLower(SHA256.HashData(resource));
        var path = Path.Combine(AppFolders.Cache(), $"demo-{hash[..16]}.gguf");
        if (File.Exists(path) && new FileInfo(path).Length == resource.Length)
        {
            return path;
        }

        Directory.CreateDirectory(AppFolders.Cache());
        resource.Position = 0;
        var partial = $"{path}.{Environment.ProcessId}.partial";
        using (var file = File.Create(partial))
        {
            resource.CopyTo(file);
        }

        File.Move(partial, path, overwrite: true);
        return path;
    }
}
