using Xunit;

namespace NativeHost.Tests.Protocol;

public sealed class GeneratedFilesTests
{
    private const string Remedy = "Run: dotnet run scripts/protocol.cs";

    [Fact]
    public async Task The_documents_schemas_and_declarations_are_what_the_code_makes()
    {
        var files = await GeneratedFiles.MakeAsync();

        foreach (var (file, made) in files)
        {
            var path = GeneratedFiles.PathOf(file);
            Assert.True(File.Exists(path), $"{file} is missing. {Remedy}");
            AssertSame(file, made, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        }

        Assert.Empty(GeneratedFiles.Stale(files));

        // Of the original's actions none is left.
        Assert.All(files.Values, made => Assert.DoesNotContain("| not yet |", made, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_a_name_of_its_own_says_what_it_is()
    {
        var model = await GeneratedFiles.ModelAsync();

        Assert.All(model.ErrorCodes.Concat(model.Grants), named => Assert.False(named.Item2.Length == 0, $"{named.Item1} has no summary."));
        Assert.All(model.Events, type => Assert.False(type.Meaning.Length == 0, $"{type.Name} has no summary."));
        Assert.All(model.Actions, action => Assert.False(action.Request.Meaning.Length == 0, $"{action.Request.Name} has no summary."));
    }

    /// <summary>What scripts/protocol.cs runs.</summary>
    [Fact(Explicit = true)]
    public async Task Write_them()
    {
        var files = await GeneratedFiles.MakeAsync();
        foreach (var stale in GeneratedFiles.Stale(files))
        {
            File.Delete(stale);
        }

        foreach (var (file, made) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(GeneratedFiles.PathOf(file))!);
            await File.WriteAllTextAsync(GeneratedFiles.PathOf(file), made, TestContext.Current.CancellationToken);
        }
    }

    private static void AssertSame(string file, string made, string there)
    {
        var (lines, theirs) = (made.Split('\n'), there.Split('\n'));
        for (var at = 0; at < Math.Max(lines.Length, theirs.Length); at++)
        {
            var (wanted, found) = (at < lines.Length ? lines[at] : "(no such line)", at < theirs.Length ? theirs[at] : "(no such line)");
            Assert.True(wanted == found, $"{file}, line {at + 1}, is not what the code makes.\nThe code: {wanted}\nThe file: {found}\n{Remedy}");
        }
    }
}
