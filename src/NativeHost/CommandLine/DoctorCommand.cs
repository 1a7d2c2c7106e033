using System.CommandLine;
using System.Text.Json;
using NativeHost.Registration;

namespace NativeHost.CommandLine;

/// <summary>The verb <c>doctor</c>: says what keeps a browser from starting the host.</summary>
internal static class DoctorCommand
{
    public static Command Create(RegistrationContext context, TextWriter output)
    {
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON: isHealthy, and checks with code, state, found, mend." };
        var command = new Command(
            "doctor",
            "Checks all that is needed for a browser to start the host: the program, its libraries, and the manifest of every browser "
            + "against the rules that browsers enforce without saying why. Each finding comes with what to do. Ends with 1 when "
            + "something is wrong. A browser itself only says \"Specified native messaging host not found.\"")
        {
            json,
        };
        command.SetAction(parsed => Run(context, output, parsed.GetValue(json)));
        return command;
    }

    private static int Run(RegistrationContext context, TextWriter output, bool isJson)
    {
        var diagnosis = new Doctor(context).Run();
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(diagnosis, DiagnosisJson.Default.Diagnosis));
        }
        else
        {
            Print(diagnosis, output);
        }

        return diagnosis.IsHealthy ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Print(Diagnosis diagnosis, TextWriter output)
    {
        foreach (var check in diagnosis.Checks)
        {
            var state = check.State switch { CheckState.Ok => "ok   ", CheckState.Note => "note ", _ => "WRONG" };
            output.WriteLine($"{state}  {check.Code}: {check.Found}");
            if (check.Mend is not null)
            {
                output.WriteLine($"       {check.Mend}");
            }
        }

        output.WriteLine(diagnosis.IsHealthy ? "All is well." : "Something is wrong; the lines below WRONG say how to mend it.");
    }
}
