using Xunit;

namespace NativeHost.Tests.Protocol;

/// <summary>The compiler takes the generated declarations, and what a client writes with them.</summary>
public sealed class DeclarationTests
{
    private static readonly string Sources = Path.Combine(Repository.Folder, "tests", "NativeHost.Tests", "Protocol", "TypeScript");
    private static readonly NodePackages Compiler = new(Sources, "the declarations for TypeScript cannot be compiled");

    [Fact]
    public async Task Clients_can_be_written_with_them_and_faults_are_found()
    {
        var packages = await Compiler.InstallAsync();
        var folder = Directory.CreateTempSubdirectory("declarations-").FullName;
        try
        {
            File.Copy(GeneratedFiles.PathOf("src/extension-client/protocol.d.ts"), Path.Combine(folder, "protocol.d.ts"));
            File.Copy(Path.Combine(Sources, "usage.ts"), Path.Combine(folder, "usage.ts"));

            var said = await NodePackages.RunAsync(
                "node",
                [Path.Combine(packages, "node_modules", "typescript", "bin", "tsc"), "--noEmit", "--strict", "--target", "es2022", "--module", "preserve", "usage.ts", "protocol.d.ts"],
                folder,
                "",
                TimeSpan.FromMinutes(1));

            Assert.Empty(said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
